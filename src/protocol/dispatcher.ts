/**
 * The contract between a server-side transport and the server. A new transport goes in a folder of
 * its own (as http/ and stdio/): it reads messages with parseIncoming, makes an `Exchange` for each
 * request, calls `dispatch` and writes the `Reply`. The client's side is in transport.ts.
 */
import { invalidOptions } from '../base/errors.ts';
import { isRecord } from '../base/json/json.ts';
import { isThenable } from '../base/settled.ts';
import type { AfterReply } from './after-reply.ts';
import type { HeaderLookup } from './types/header-lookup.ts';
import type { JsonRpcRequest } from './types/jsonrpc.ts';
import type { Principal } from './principal.ts';
import type { InFlight } from './in-flight.ts';
import type { LegacyPort } from './legacy-port.ts';
import type { RpcError } from './rpc-error.ts';

/** What a transport gives the server for one request. */
export interface Exchange {
  /**
   * The HTTP headers, which must agree with the body; absent on transports without headers (IO-4).
   */
  readonly headers?: HeaderLookup | undefined;
  /** The caller, as verified by the transport. */
  readonly principal?: Principal | undefined;
  /** The transport's own request, for handlers that need to look at it. */
  readonly request?: unknown;
  /** Default: the process goes on. */
  readonly afterReply?: AfterReply | undefined;
  /** What its bytes came over. Default: it is not known, or not bytes. */
  readonly transport?: 'tcp' | 'pipe' | undefined;
  /** Whether notifications can be sent before the response. */
  readonly streams: boolean;
  /** Sends a notification, already serialised, ahead of the response. */
  notify(message: string): void;
  /**
   * Until `decision` settles, no stream is opened by time alone: its outcome may be an error with a
   * status of its own. Absent where there is no such stream.
   */
  holdStream?(decision: Promise<unknown>): void;
  /** Whether the `requestState` of a reply stays in the server. Default: a client gets it. */
  readonly keepsStates?: boolean;
  /** Called before a step of the handler runs. Default: nobody needs to know. */
  readonly onStep?: (() => void) | undefined;
  /** The work for this request: the server starts it, the transport can cancel it. */
  readonly inFlight: InFlight;
}

/** The response to a request, already serialised. */
export interface Reply {
  /** The HTTP status; transports other than HTTP ignore it. */
  readonly status: number;
  readonly body: string;
  /** The error that it carries, if it carries one. */
  readonly error?: RpcError | undefined;
  /** HTTP headers of its own. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers one request. */
export type Dispatch = (request: JsonRpcRequest, exchange: Exchange) => Promise<Reply>;

/** Work in the background. */
export interface Working {
  /**
   * Begins nothing new. Resolves when what is running has ended, or has been left to others.
   *
   * @param grace how long it is waited for before its signals abort, in ms. Default 25,000
   * @throws RondoError `invalid_options` for a grace that is none
   */
  close(grace?: number): Promise<void>;
}

/**
 * A server that transports, and clients in the same process, can be given: an `McpServer`, or the
 * test host of `mcp-rondo/testing`. Do not implement it yourself: how it is called is internal.
 */
export interface Dispatcher {
  /** Whether it must be reachable from this machine only. */
  readonly loopbackOnly: boolean;
  /**
   * Answers one request. Never rejects. For a listen stream it stays pending until the stream ends.
   *
   * @internal
   */
  dispatch: Dispatch;
  /**
   * Serves clients of earlier revisions. Without it they are refused.
   *
   * @internal
   */
  readonly legacy?: LegacyPort | undefined;
  /**
   * Works in the background, so many things at once, if there is anything to work on.
   *
   * @internal
   */
  work?(concurrency: number): Working | undefined;
  /**
   * The server shuts down: ends the listen streams of all transports, each with its result. (When
   * only one transport closes, it calls `inFlight.conclude` of its own exchanges instead.) Resolves
   * when what goes on without requests has ended too.
   */
  close(): void | Promise<void>;
}

/**
 * @param of what it was given to: 'serve()'
 * @throws RondoError `invalid_options` for something else than a server
 */
export function assertDispatcher(of: string, server: unknown): void {
  if (isRecord(server) && typeof server['dispatch'] === 'function') return;
  throw invalidOptions(`${of} takes ${expected(server)}.`);
}

function expected(given: unknown): string {
  if (typeof given === 'function') return 'the server itself, not a function that makes it';
  return isThenable(given) ? 'the server itself, not a promise: await it first' : 'an McpServer';
}
