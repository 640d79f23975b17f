/** The server, as its extensions use it. */
import type { UnknownRecord } from '../../base/json/json.ts';
import type { Recorded } from '../../flow/journal/journal.ts';
import type { FlowLimits } from '../../flow/round/host.ts';
import type { Exchange } from '../../protocol/dispatcher.ts';
import type { AskingMethod } from '../../protocol/names/methods.ts';
import type { Principal } from '../../protocol/principal.ts';
import type { RequestMeta } from '../requests/request-meta.ts';
import type { ExtendedCall, ScopedUse } from './call.ts';
import type { Live, RoundParts } from './live.ts';
import type { FlowOrigin, LazyStanding } from './standing.ts';

/** What is known of a round that no request asks for. */
export interface PlayedFrom {
  readonly standing: LazyStanding;
  readonly principal: Principal | undefined;
  readonly meta: RequestMeta;
}

/** The server, as its extensions use it. */
export interface ServerPort {
  /** Where a flow stands that has been stored. */
  standing(origin: FlowOrigin, round: number, recorded: Recorded): LazyStanding;
  /** Plays a round without a request: the arguments are checked again, visibility is not. */
  play(
    target: { readonly method: AskingMethod; readonly target: string; readonly args: unknown },
    from: PlayedFrom,
    parts?: RoundParts,
  ): Promise<Live>;
  /**
   * A state of the same round that can be answered: `requestState`, or if that is in its last minute or past
   * it, another one. `undefined` if its flow is over.
   */
  renewed(call: ExtendedCall, requestState: string): Promise<string | undefined>;
  /** A result as JSON text, with what every result has. */
  write(resultType: string, result: object): string;
  /** @throws RpcError for a caller who lacks a scope (A9) */
  admit(uses: readonly ScopedUse[], exchange: Exchange): Promise<void>;
  /** The tool of this name, if there is one now. */
  tool(name: string): ToolView | undefined;
  /** Registers a tool as an author does. */
  registerTool(
    name: string,
    config: UnknownRecord,
    callback: (...args: never[]) => unknown,
  ): { remove(): void };
}

export interface ToolView {
  /** The versions of the handler whose flows it can continue, its own first. */
  readonly versions: readonly string[];
  readonly limits: FlowLimits;
  mayUse(principal: Principal | undefined): boolean;
  /** Whether callers need scopes. */
  readonly hasScopes: boolean;
  /** Whether every caller may use it, with any arguments. */
  readonly isOpen: boolean;
  /** A use of it with these arguments, which need not be checked. */
  useWith(args: unknown): Promise<ScopedUse>;
}
