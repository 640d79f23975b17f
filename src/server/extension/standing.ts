/** Where a flow stands, as extensions see and begin it. */
import type { Recorded } from '../../flow/journal/journal.ts';
import type { ClientCapabilities } from '../../protocol/capabilities.ts';

/** What is decided in the first round of a flow and never changes, its trace apart. */
export interface FlowOrigin {
  readonly id: string;
  readonly secret: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly deadline: number;
  readonly capabilities: ClientCapabilities;
  /** See `RoundTrace.current`; absent if no listener has set it. */
  readonly trace?: string;
}

/** Where a flow stands. A first round has its id and secret made when they are first read. */
export interface LazyStanding {
  readonly round: number;
  readonly recorded: Recorded;
  /** The keys of the questions that wait for answers. */
  readonly outstanding: readonly string[];
  /** What a handler that asks by returning `inputRequired()` has left for itself. */
  readonly ownState: string | undefined;
  readonly origin: FlowOrigin;
  /** Whether nothing that outlives this round may begin in it. */
  readonly isDeferred: boolean;
  /** Leaves that to the next round: for the extensions that are inside. */
  defer(): void;
  /** Gives a first round the origin of an earlier attempt. Call it before anything is read. */
  begin(origin: FlowOrigin): void;
}
