import { Buffer, isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { ByteBuffer } from '../../base/byte-buffer.ts';
import { invalidRequest } from '../../protocol/rpc-error.ts';
import { type Rejection, reject, rejectWith, tooLarge, tooSlow } from '../check-head.ts';
import { BODY_TIMEOUT, INVALID_TEXT } from '../text.ts';

type OnBody = (body: string | Rejection) => void;

/** Reads the bodies of requests of `node:http`. */
export class NodeBodies {
  readonly #maxBytes: number;
  #begun: NodeBody[] = [];

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** @param onBody called once, or never if the connection is lost */
  read(request: IncomingMessage, onBody: OnBody): void {
    if (Number(request.headers['content-length']) > this.#maxBytes) {
      return onBody(tooLarge(this.#maxBytes));
    }
    if (request.readableEnded) {
      return onBody(reject(500, 'A middleware read the body and did not pass it on'));
    }
    const body = new NodeBody(request, this.#maxBytes, onBody);
    // Most bodies arrive with their headers. So the time limit is set one event-loop turn later,
    // and only for bodies still incomplete then.
    if (this.#begun.push(body) === 1) setImmediate(() => this.#timeTheRest());
  }

  #timeTheRest(): void {
    const begun = this.#begun;
    this.#begun = [];
    for (const body of begun) body.setTimeLimit();
  }
}

class NodeBody {
  readonly #request: IncomingMessage;
  readonly #maxBytes: number;
  readonly #buffer = new ByteBuffer();
  #onBody: OnBody | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(request: IncomingMessage, maxBytes: number, onBody: OnBody) {
    this.#request = request;
    this.#maxBytes = maxBytes;
    this.#onBody = onBody;
    request.on('data', (chunk: Buffer) => this.#take(chunk));
    request.on('end', () => this.#end());
  }

  setTimeLimit(): void {
    if (this.#request.complete || this.#request.destroyed || this.#onBody === undefined) return;
    this.#timer = setTimeout(() => this.#finish(tooSlow()), BODY_TIMEOUT);
    this.#request.once('close', () => clearTimeout(this.#timer));
  }

  #take(chunk: Buffer): void {
    if (this.#onBody === undefined) return;
    if (this.#buffer.size + chunk.length <= this.#maxBytes) this.#buffer.push(chunk);
    else this.#finish(tooLarge(this.#maxBytes));
  }

  #end(): void {
    if (this.#onBody !== undefined) this.#finish(decode(this.#buffer.bytes));
  }

  #finish(body: string | Rejection): void {
    const onBody = this.#onBody;
    this.#onBody = undefined;
    this.#buffer.clear();
    clearTimeout(this.#timer);
    onBody?.(body);
  }
}

/** The text of a body that a middleware has read: as text, as bytes or parsed. */
export function textOfParsed(body: unknown): string | Rejection {
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return decode(body);
  try {
    return JSON.stringify(body) ?? INVALID_TEXT;
  } catch {
    // Nested too deep for the stack, or not a JSON value.
    return rejectWith(400, invalidRequest('The message cannot be written as JSON'));
  }
}

function decode(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) return INVALID_TEXT;
  if (Buffer.isBuffer(bytes)) return bytes.toString('utf8');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}
