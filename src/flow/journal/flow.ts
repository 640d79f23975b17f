import type { ClientCapabilities } from '../../protocol/capabilities.ts';

/** The parts of a flow that are the same in every round. */
export interface Flow {
  /** Names the flow in logs and stores. */
  readonly id: string;
  /** When its first round began, in ms since the epoch. */
  readonly startedAt: number;
  /** The client's capabilities, as declared in the first round. They decide what may be asked. */
  readonly capabilities: ClientCapabilities;
  /**
   * 32 bytes derived from `label` and a secret of the flow, the same in every round: the source of
   * idempotency keys and random values.
   */
  derive(label: string): Uint8Array;
  /** A short keyed digest of `text`, the same in every round. It identifies questions. */
  digest(text: string): string;
}
