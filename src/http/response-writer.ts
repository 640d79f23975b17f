import type { Rejection } from './check-head.ts';

/** Where the response to a request goes: node's own object, or a web `Response` in the making. */
export interface ResponseWriter {
  /** Bytes of a stream that the client has not taken yet. */
  readonly unread: number;
  /** Sends a whole answer. An empty body has no type. */
  send(status: number, body: string): void;
  /** Sends an answer that was decided on without serving the request. */
  reject(rejection: Rejection): void;
  /** Sends the head of an event stream. */
  openStream(): void;
  write(text: string): void;
  /** Sends the last of a stream. */
  end(text: string): void;
  /** Cuts the client off. */
  abort(): void;
}
