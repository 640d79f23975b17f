import { type Socket, connect } from 'node:net';
import { type HttpResponse, readResponse } from './http-response.ts';

/** One keep-alive connection that sends the same request again as soon as it is answered. */
export class Connection {
  readonly #socket: Socket;
  readonly #request: Buffer;
  readonly #onResponse: (response: HttpResponse) => void;
  #received = '';

  constructor(
    port: number,
    request: Buffer,
    onResponse: (response: HttpResponse) => void,
    onLost: (error: Error) => void,
  ) {
    this.#request = request;
    this.#onResponse = onResponse;
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (bytes) => this.#receive(bytes));
    this.#socket.on('error', onLost);
    this.#socket.on('end', () => onLost(new Error('the server closed the connection')));
  }

  send(): void {
    this.#socket.write(this.#request);
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(bytes: Buffer): void {
    // Everything here is ASCII, and one request is open at a time: nothing follows the response.
    const text = this.#received + bytes.toString('latin1');
    const response = readResponse(text);
    this.#received = response === undefined ? text : '';
    if (response !== undefined) this.#onResponse(response);
  }
}
