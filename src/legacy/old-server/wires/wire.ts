/** The contract between what speaks the old protocol and what carries its messages. */
import { RondoError } from '../../../base/errors.ts';
import type { JsonRpcNotification, JsonRpcRequest } from '../../../protocol/types/jsonrpc.ts';
import type { Received } from '../../../protocol/transport.ts';

/** What a server sends beside its responses. */
export type FromServerBeside =
  | { readonly type: 'notification'; readonly notification: JsonRpcNotification }
  | { readonly type: 'request'; readonly request: JsonRpcRequest };

/** Gets what belongs to no request. */
export interface WireListener {
  onMessage(message: FromServerBeside): void;
  /** Messages may have been missed. */
  onGap(error: unknown): void;
}

/** How to send one request. */
export interface WireOptions {
  /** When it aborts, the server is notified that the request is cancelled. */
  readonly signal: AbortSignal;
  /** Called for what arrives with the response, where there is a stream of the request's own. */
  onMessage(message: FromServerBeside): void;
}

/** Carries the messages of one session. */
export interface OldWire {
  /** Whether the session is lost: the next request needs another one. */
  readonly isOver: boolean;
  /**
   * @throws SessionLost if the server does not know the session any more
   * @throws RondoError `transport_failed`, `invalid_response`
   */
  request(message: JsonRpcRequest, options: WireOptions): Promise<Received>;
  /** Sends a notification or a response. @throws as {@link request} */
  send(message: object, signal: AbortSignal): Promise<void>;
  /** The revision has been agreed on. */
  agreed(version: string): void;
  /** Receives what belongs to no request from now on; `false` if the server has no way to send it. */
  listen(): Promise<boolean>;
  /** Ends the session. Never rejects. */
  close(): Promise<void>;
}

/** The server has forgotten the session; the request was not served. */
export class SessionLost extends RondoError<'transport_failed'> {
  constructor() {
    super('transport_failed', 'The server has ended the session. Make the call again.');
  }
}
