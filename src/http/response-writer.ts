import type { Rejection } from './check-head.ts';

/** Writes the response to a request, on `node:http` or as a web `Response`. */
export interface ResponseWriter {
  /**
   * Whether another request can go on with this response. On platforms that tie what is open to one
   * request, it cannot.
   */
  readonly canWait: boolean;
  /** How much of a stream the client has not read yet, in bytes. */
  readonly unread: number;
  /** Sends a complete response. One with an empty body has no `Content-Type`. */
  send(status: number, body: string, headers?: Readonly<Record<string, string>>): void;
  /** Sends a response for which the server was not called. */
  reject(rejection: Rejection): void;
  /** Sends the head of an event stream. */
  openStream(): void;
  write(text: string): void;
  /** Passes on at once what was written. Absent where that is done anyway. */
  flush?(): void;
  /** Sends the last text of a stream and ends it. */
  end(text: string): void;
  /** Closes the connection. */
  abort(): void;
}
