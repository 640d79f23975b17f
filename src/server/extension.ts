/**
 * What is added to a server without a branch in it: tasks, the guard of flows that run once. Types
 * only. A store brings its extensions along (stores/define-store.ts).
 */
import type { UnknownRecord } from '../base/json/json.ts';
import type { Check } from '../base/options/options.ts';
import type { ClientCapabilities } from '../protocol/capabilities.ts';
import type { Working } from '../protocol/dispatcher.ts';
import type { ServerEvent } from './events.ts';
import type { ExtendedCall, RegisteredItem } from './extension/call.ts';
import type { ExtendedServer } from './extension/extended-server.ts';
import type { ListenField } from './extension/listen-field.ts';
import type { Live, Next } from './extension/live.ts';
import type { ServerPort } from './extension/server-port.ts';
import type { LazyStanding } from './extension/standing.ts';
import type { CheckedRequest } from './requests/checked-request.ts';
import type { Finished } from './requests/finished.ts';

export type {
  GuardConfig,
  NamingConfig,
  TaskConfig,
  TaskEnd,
  TaskOptions,
} from './extended-options.ts';
export type { ServerEvent } from './events.ts';
export type { ExtendedCall, RegisteredItem, ScopedUse } from './extension/call.ts';
export type { ExtendedServer } from './extension/extended-server.ts';
export type { ListenField, ListenOut, OpenField } from './extension/listen-field.ts';
export type { Live, Next, OwnContext, RoundParts } from './extension/live.ts';
export type { PlayedFrom, ServerPort, ToolView } from './extension/server-port.ts';
export type { FlowOrigin, LazyStanding } from './extension/standing.ts';
export type { CheckedRequest } from './requests/checked-request.ts';
export type { Finished } from './requests/finished.ts';
export type { RequestMeta } from './requests/request-meta.ts';

/** Makes the extensions of one server. @throws RondoError `invalid_options` */
export type Extend = (server: ExtendedServer) => readonly Extension[];

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
