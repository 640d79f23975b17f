import type { ClientCapabilities } from '../../protocol/capabilities.ts';

/** What of a flow is the same in every round. */
export interface Flow {
  /** Names the flow in logs and stores. */
  readonly id: string;
  /** When its first round began, in ms since the epoch. */
  readonly startedAt: number;
  /** What the client declared in the first round; decides what may be asked. */
  readonly capabilities: ClientCapabilities;
  /**
   * 32 bytes that only this flow can make from `label`, the same in every round: the source of
   * idempotency keys and random values.
   */
  derive(label: string): Uint8Array;
  /** A short keyed digest of `text`, the same in every round: recognises questions. */
  digest(text: string): string;
}
