/**
 * What is added to a server without a branch in it: tasks, the guard of flows that run once. Types
 * only. A store brings its extensions along (stores/define-store.ts).
 */
import type { Logger } from '../base/logging/logger.ts';
import type { Check } from '../base/options/options.ts';
import type { UnknownRecord } from '../base/json/json.ts';
import type { Ask } from '../flow/asks/ask.ts';
import type { FlowLimits, HostParts } from '../flow/round/host.ts';
import type { MovedRound } from '../flow/round/move.ts';
import type { Recorded } from '../flow/journal/journal.ts';
import type { ClientCapabilities } from '../protocol/capabilities.ts';
import type { Exchange, Working } from '../protocol/dispatcher.ts';
import type { AskingMethod } from '../protocol/names/methods.ts';
import type { Principal } from '../protocol/principal.ts';
import type { Purpose } from '../state/key-ring.ts';
import type { Sealer } from '../state/sealer.ts';
import type { ServerEvent, ServerEventListener } from './events.ts';
import type { TaskOptions } from './extended-options.ts';
import type { CheckedRequest } from './requests/checked-request.ts';
import type { Finished } from './requests/finished.ts';
import type { FlowPolicy } from './requests/flow-policy.ts';
import type { RequestMeta } from './requests/request-meta.ts';

export type {
  GuardConfig,
  NamingConfig,
  TaskConfig,
  TaskEnd,
  TaskOptions,
} from './extended-options.ts';
export type { ServerEvent } from './events.ts';
export type { CheckedRequest } from './requests/checked-request.ts';
export type { Finished } from './requests/finished.ts';
export type { RequestMeta } from './requests/request-meta.ts';

/** Makes the extensions of one server. @throws RondoError `invalid_options` */
export type Extend = (server: ExtendedServer) => readonly Extension[];

/** What a server is before it is served, for its extensions. */
export interface ExtendedServer {
  readonly audience: string;
  /** Whether its author has named the audience, or verifies callers. */
  readonly hasOwnAudience: boolean;
  readonly logger: Logger;
  /** The clock, in ms since the epoch. */
  readonly now: () => number;
  /** Whether keys are configured; else there is one that ends with the process, or nothing is sealed. */
  readonly hasKeys: boolean;
  readonly sealerFor: (purpose: Purpose) => Sealer;
  /** Whether the server has a guard of its own: then its store adds none. */
  readonly hasGuard: boolean;
  /** To the option `on`, and to all extensions. */
  readonly emit: ServerEventListener;
  readonly options: { readonly tasks?: TaskOptions | undefined };
}

export interface Extension {
  /** Capabilities of the server beside its own, in the form of `server/discover`. */
  capabilities?(): UnknownRecord;
  /** Members of a registration's config that it reads, and what each may be. */
  readonly reads?: Readonly<Record<string, Check>>;
  readonly methods?: Readonly<Record<string, ExtensionMethod>>;
  readonly listen?: ListenField;
  /** Keeps journals that are too large for a request state. The first extension that does is asked. */
  readonly journals?: LargeJournals;
  /** Called at registering and at each update; calls of what is not wrapped cost nothing more. */
  register?(item: RegisteredItem): Wrapper | undefined;
  /** What these members of a context do. The first extension that has one answers for all. */
  readonly context?: ContextMembers;
  /** Works in the background, without requests. The first extension that does is asked. */
  readonly work?: BackgroundWork;
  /** Called once, when the server has been made. */
  start?(server: ServerPort): void;
  /** The server shuts down: nothing new is begun. Resolves when what is running has ended. */
  close?(): Promise<void>;
  on?(event: ServerEvent): void;
}

export interface LargeJournals {
  /**
   * Resolves with what names `text`, once it is stored.
   *
   * @param life how long it is needed, in ms
   */
  put(text: string, life: number): Promise<string>;
  /** `undefined` if it is not there any more. */
  get(name: string): Promise<string | undefined>;
}

export interface BackgroundWork {
  /** @param concurrency how many things at once */
  start(concurrency: number): Working;
  /** Works for `ms` ms. Resolves with how much was done, and how much is still due. */
  run(ms: number, concurrency: number): Promise<{ readonly ran: number; readonly due: number }>;
}

export type ContextMember = 'detach' | 'sleep' | 'status';

export type ContextMembers = Partial<
  Record<ContextMember, (live: Live, ...args: never[]) => unknown>
>;

export interface ExtensionMethod {
  /** The param that the `Mcp-Name` header mirrors. */
  readonly nameParam?: string;
  /** What the client must have declared. Default: nothing. */
  readonly needs?: ClientCapabilities;
  serve(request: CheckedRequest): Finished | Promise<Finished>;
}

/** A field of the filter of `subscriptions/listen`. */
export interface ListenField {
  readonly name: string;
  /** What its value names, if that may need scopes. Default: nothing that does. */
  uses?(value: unknown, request: CheckedRequest): Promise<readonly ScopedUse[]>;
  /**
   * Called before the stream begins, with what the client has sent; `undefined`: not acknowledged.
   *
   * @throws RpcError if the subscription is refused
   */
  open(
    value: unknown,
    request: CheckedRequest,
    out: ListenOut,
  ): OpenField | undefined | Promise<OpenField | undefined>;
}

export interface ListenOut {
  send(method: string, params: object): void;
  /** Ends the whole stream with its result. */
  end(): void;
}

export interface OpenField {
  /** The field of the acknowledgement. */
  readonly acknowledged: unknown;
  /**
   * The acknowledgement has been sent: from now on `send` may be called. If it throws or rejects, that
   * is logged and the stream ends with an error; so it does when something cannot be sent.
   */
  start?(): void;
  /** The stream has ended. What it throws is logged. */
  close(): void;
}

export interface RegisteredItem {
  readonly method: AskingMethod;
  /** The name of the tool or prompt, the URI of the resource; of a template, its text. */
  readonly target: string;
  readonly config: UnknownRecord;
}

/** A call of something that is registered. */
export interface ExtendedCall {
  readonly method: AskingMethod;
  /** The name of the tool or prompt, or the resource's URI. */
  readonly target: string;
  readonly params: UnknownRecord;
  readonly meta: RequestMeta;
  readonly exchange: Exchange;
  readonly policy: FlowPolicy;
  /** The checked arguments; of a resource, the variables of its template. */
  readonly args: unknown;
}

/** What somebody wants to do with something that is registered, whose scopes have to be looked at. */
export interface ScopedUse {
  /** Of what, for the log: "tools/call 'x'". */
  readonly of: string;
  readonly scopes: FlowPolicy['scopes'];
  readonly args: unknown;
}

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

export interface Wrapper {
  /**
   * Whether `around` is called only once the handler uses one of the {@link ContextMembers}, with a round
   * that runs already: most calls never do, and pay nothing. Then `around` calls `next` at once, with no
   * other parts than `owner`, `onStill` and `onDisconnect`, and `before` is not called. Default `false`.
   */
  readonly isLate?: boolean;
  /** Called once the arguments are checked, before the state is opened; may refuse the call. */
  before?(call: ExtendedCall): Finished | undefined | Promise<Finished | undefined>;
  /** Called when the state has been opened; what it resolves with is the reply. */
  around?(call: ExtendedCall, standing: LazyStanding, next: Next): Promise<Finished>;
}

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
  /** A use of it with these arguments, which need not be checked. */
  useWith(args: unknown): Promise<ScopedUse>;
}
