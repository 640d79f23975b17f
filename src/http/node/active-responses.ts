import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** The responses that have not been sent yet. Those of lost connections do not count. */
export class ActiveResponses {
  readonly #queued = new WeakMap<Socket, Set<() => void>>();
  #count = 0;
  #onIdle: (() => void) | undefined;

  /** @param onClosed called once: the response has been sent, or the connection is lost */
  add(request: IncomingMessage, response: ServerResponse, onClosed: () => void): void {
    this.#count++;
    const closed = (): void => {
      onClosed();
      if (--this.#count === 0) this.#onIdle?.();
    };
    if (response.socket !== null) response.on('close', closed);
    else this.#watchSocket(request.socket, response, closed);
  }

  /** Resolves when there is none. */
  idle(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => (this.#onIdle = resolve));
  }

  /**
   * HTTP/1.1 pipelining: a response queued behind others has no socket yet, and Node emits no
   * `close` on it when the connection drops. We listen on the socket as well.
   */
  #watchSocket(socket: Socket, response: ServerResponse, closed: () => void): void {
    const queued = this.#queued.get(socket) ?? this.#queueOf(socket);
    const once = (): void => {
      if (queued.delete(once)) closed();
    };
    queued.add(once);
    response.on('close', once);
  }

  /** One listener for all responses of a connection: thousands of them may be queued. */
  #queueOf(socket: Socket): Set<() => void> {
    const queued = new Set<() => void>();
    this.#queued.set(socket, queued);
    socket.once('close', () => {
      for (const closed of queued) closed();
    });
    return queued;
  }
}
