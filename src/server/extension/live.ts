/** A round that runs, and the parts of its host that an extension exchanges. */
import type { UnknownRecord } from '../../base/json/json.ts';
import type { Ask } from '../../flow/asks/ask.ts';
import type { HostParts } from '../../flow/round/host.ts';
import type { MovedRound } from '../../flow/round/move.ts';
import type { ClientCapabilities } from '../../protocol/capabilities.ts';
import type { Principal } from '../../protocol/principal.ts';
import type { Finished } from '../requests/finished.ts';

export type Next = (parts?: RoundParts) => Live;

/** Parts of the round's host that are exchanged. */
export interface RoundParts extends Partial<HostParts> {
  /** {@link Live.owner}: known before the handler runs. */
  readonly owner?: unknown;
  /** Whether the round goes on when the client leaves. Default `cancel`. */
  readonly onDisconnect?: 'cancel' | 'go on';
  /** What the round ends with if it is suspended. Default: its questions, with a sealed state. */
  readonly whenSuspended?: Finished;
  /** Runs instead of the author's. */
  readonly handler?: (ctx: OwnContext) => unknown;
}

/** What a handler of an extension's own knows of its round. */
export interface OwnContext {
  readonly principal: Principal | undefined;
  readonly client: { readonly capabilities: ClientCapabilities };
  readonly inputResponses: UnknownRecord | undefined;
  readonly requestState: string | undefined;
  readonly signal: AbortSignal;
}

/** A round that runs. */
export interface Live {
  /** Who plays it, for members of contexts. */
  readonly owner: unknown;
  readonly finished: Promise<Finished>;
  /** Whether it was cut short, by its host or its time: then the handler may still run. */
  readonly wasAborted: boolean;
  /** How long it has run, in ms. */
  readonly age: number;
  /** Resolves when nothing of the handler runs any more; may stay pending. */
  readonly settled: Promise<void>;
  /** See `Round.deliver`. */
  deliver(answers: UnknownRecord): readonly string[];
  /** Asks something in the handler's name, as its context does. */
  ask<T>(ask: Ask<T>, known?: { readonly answer: unknown }): Promise<T>;
  /** See `Round.moveTo`. */
  moveTo(
    parts: RoundParts,
    save?: (moved: MovedRound) => void | PromiseLike<void>,
  ): Promise<MovedRound>;
  /** The request is over, and the round is not: it no longer refers to the request. */
  letGo(): void;
  suspend(): void;
  cancel(reason: string): void;
  /** Ends the round because of a mistake of its author. */
  fail(error: unknown): void;
}
