/**
 * The contract between server-side transports and what serves clients of earlier revisions, which
 * begin with `initialize` and have sessions. A transport finds out which messages are theirs
 * ({@link isOld}), and takes them here instead of to `dispatch`.
 */
import { type UnknownRecord, isRecord } from '../base/json/json.ts';
import type { AfterReply } from './after-reply.ts';
import type { HeaderLookup } from './types/header-lookup.ts';
import type { InFlight } from './in-flight.ts';
import type { JsonRpcNotification, JsonRpcRequest } from './types/jsonrpc.ts';
import { MetaKey } from './names/meta.ts';
import type { Incoming } from './parse.ts';
import type { Principal } from './principal.ts';
import { OLD_VERSIONS } from './names/version.ts';

/** What is sent ahead of a reply: a message, or only where the client can come back to. */
export interface OldEvent {
  readonly message?: string;
  /** Where the client can come back to, if its connection resumes. */
  readonly id?: string | undefined;
  /** When it should come back, in ms. */
  readonly retry?: number;
}

/** A share of what the transport serves at once. */
export interface OldSlot {
  /** While only a person is awaited. What the request holds in memory still counts. */
  pause(): void;
  /** Before what is new gets one; `false` if there is none within `ms`. */
  take(ms: number): Promise<boolean>;
}

/** Where nothing limits what is served at once. */
export const UNLIMITED: OldSlot = { pause() {}, take: async () => true };

/** Where a transport takes one request of an old client, and what it does with the response. */
export interface OldConnection {
  readonly principal: Principal | undefined;
  /** The transport's own request, for handlers that need to look at it. */
  readonly request: unknown;
  /** As of an `Exchange`. */
  readonly afterReply?: AfterReply | undefined;
  /** Whether messages can be sent ahead of the reply. */
  readonly streams: boolean;
  /** Whether questions can be asked, unless the server's options say something else. */
  readonly asks: boolean;
  /** Whether all messages of this client come over one pipe, which is its session. */
  readonly isPipe: boolean;
  /** Whether the client can come back by event ids. */
  readonly resumes: boolean;
  readonly slot: OldSlot;
  /** `cancel`: the client is gone. `conclude`: the transport closes. */
  readonly inFlight: InFlight;
  /** Sends a message ahead of the reply, or drops it if the client is behind. */
  notify(message: string): void;
  /** Sends events ahead of the reply, all at once. */
  send(...events: readonly OldEvent[]): void;
  /** What was sent leaves the process before this returns, if the client reads. */
  flush?(): void;
  /** As of an `Exchange`. */
  holdStream?(decision: Promise<unknown>): void;
  /** Shows that the connection is alive. */
  comment(): void;
  /**
   * Sends the reply. Nothing can be sent after it.
   *
   * @param id where the client can come back to, if it has something to come back to
   */
  finish(reply: OldReply, id?: string): void;
  /** Ends what is open without a reply. */
  end(): void;
}

/** A reply, already serialised. */
export interface OldReply {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** One session of an old client. No method throws. */
export interface OldSession {
  /** The revision that was agreed on. */
  readonly version: string;
  /** Serves a request. Resolves when nothing of it runs any more. */
  serve(request: JsonRpcRequest, connection: OldConnection): Promise<void>;
  notified(notification: JsonRpcNotification, connection: OldConnection): void;
  /**
   * Takes the response to a question; resolves with `false` if the question was not this session's,
   * and otherwise once the client has been sent where its call goes on with it.
   */
  answered(response: UnknownRecord, connection: OldConnection): Promise<boolean>;
  /** Sends changes from now on, until `connection` ends. */
  listen(connection: OldConnection): Promise<void>;
  /** Goes on where a connection broke off; `undefined` if there is nothing to go on with. */
  resume(eventId: string, connection: OldConnection): Promise<void> | undefined;
  /** The client has ended the session. */
  end(): void;
}

export interface LegacyPort {
  /**
   * Begins a session, which is in force at once; its id is in the reply, for transports with
   * headers.
   */
  initialize(request: JsonRpcRequest, connection: OldConnection): OldSession;
  /** The session with this id; `undefined` if there is none, or not of this caller. */
  open(id: string, principal: Principal | undefined): OldSession | undefined;
  /**
   * For clients that do not send their session's id: a session of which nothing is known.
   *
   * @param version from the header; an unknown one counts as none
   */
  without(version: string | undefined): OldSession;
  /** The server closes. */
  close(): void;
}

const VERSION = 'mcp-protocol-version';

/**
 * Whether a message is of an old client: it has no version in `_meta`, and the header names none, or
 * an old one.
 */
export function isOld(incoming: Incoming, headers?: HeaderLookup): boolean {
  if (incoming.type === 'request' && isModern(incoming.request)) return false;
  const version = headers?.get(VERSION);
  return !version || OLD_VERSIONS.includes(version);
}

function isModern({ params }: JsonRpcRequest): boolean {
  const meta = params?.['_meta'];
  return isRecord(meta) && MetaKey.protocolVersion in meta;
}
