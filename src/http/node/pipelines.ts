import type { Socket } from 'node:net';

/**
 * HTTP/1.1 pipelining: a response queued behind others has no socket yet, and Node emits no `close`
 * on it when the connection drops. We listen on the socket instead.
 */
export class Pipelines {
  readonly #waiting = new WeakMap<Socket, Set<() => void>>();

  /** @param onClose called when the connection is lost */
  add(socket: Socket, onClose: () => void): void {
    const waiting = this.#waiting.get(socket) ?? this.#watch(socket);
    waiting.add(onClose);
  }

  remove(socket: Socket, onClose: () => void): void {
    this.#waiting.get(socket)?.delete(onClose);
  }

  /** One listener for all responses of a connection: thousands of them may be waiting. */
  #watch(socket: Socket): Set<() => void> {
    const waiting = new Set<() => void>();
    this.#waiting.set(socket, waiting);
    socket.once('close', () => {
      for (const onClose of waiting) onClose();
    });
    return waiting;
  }
}
