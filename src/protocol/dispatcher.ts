/** The contract between a transport and the server behind it. */
import type { JsonRpcRequest } from './jsonrpc.ts';
import type { Principal } from './principal.ts';
import type { InFlight } from './in-flight.ts';

/** Headers by lower-case name. */
export interface HeaderLookup {
  get(name: string): string | null | undefined;
}

/** What a transport lends the server for one request. */
export interface Exchange {
  /** The HTTP headers to hold the body against; absent where there are none (IO-4). */
  readonly headers?: HeaderLookup | undefined;
  /** Who the transport has found the caller to be. */
  readonly principal?: Principal | undefined;
  /** The transport's own request, for handlers that need to look at it. */
  readonly request?: unknown;
  /** Whether the requester can be told anything before the response. */
  readonly streams: boolean;
  /** Sends a notification, already serialised, ahead of the response. */
  notify(message: string): void;
  /** What the server does for it, and what the transport calls off. */
  readonly inFlight: InFlight;
}

/** The response to a request, already serialised. */
export interface Reply {
  /** The HTTP status it goes out with, where the transport has one. */
  readonly status: number;
  readonly body: string;
  /** Whether it carries an error. */
  readonly isError: boolean;
}

/**
 * A server, as transports and clients in the same process take it: an `McpServer`, or the test host
 * of `mcp-rondo/testing`. What they call it with is internal; it is not meant to be implemented.
 */
export interface Dispatcher {
  /** Whether it must not be reached from other machines. */
  readonly loopbackOnly: boolean;
  /**
   * Never rejects. Stays pending as long as a listen stream is open.
   *
   * @internal
   */
  dispatch(request: JsonRpcRequest, exchange: Exchange): Promise<Reply>;
  /**
   * Ends all listen streams with their results, whatever they came over: the server is going away.
   * A transport that goes alone concludes the work of its own exchanges instead.
   */
  close(): void;
}
