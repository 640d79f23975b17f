import type { ClientCapabilities } from '../../protocol/capabilities.ts';

/** What of a flow is the same in every round. */
export interface Flow {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** What the client declared in the first round; decides what may be asked. */
  readonly capabilities: ClientCapabilities;
  /** 32 bytes that only this flow can make from `label`. */
  derive(label: string): Uint8Array;
  /** A short keyed digest of `text`. */
  digest(text: string): string;
}
