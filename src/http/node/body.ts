import type { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { ByteBuffer } from '../../base/byte-buffer.ts';
import { attempt } from '../../base/thrown.ts';
import { invalidRequest } from '../../protocol/rpc-error.ts';
import {
  type Rejection,
  bodyTaken,
  encoded,
  isEncoded,
  rejectWith,
  tooLarge,
  tooMany,
  tooSlow,
} from '../check-head.ts';
import type { Slot } from '../concurrency-limit.ts';
import type { HttpLog } from '../http-log.ts';
import type { HttpPolicy } from '../policy.ts';
import { BODY_TIMEOUT, INVALID_TEXT } from '../text.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

type OnBody = (body: string | Rejection) => void;

/** Reads the bodies of requests of `node:http`. */
export class NodeBodies {
  readonly #maxBytes: number;
  readonly #log: HttpLog;
  /** Those that were begun in this turn of the event loop. */
  #begun: NodeBody[] | undefined;

  constructor({ maxBodyBytes, log }: Pick<HttpPolicy, 'maxBodyBytes' | 'log'>) {
    this.#maxBytes = maxBodyBytes;
    this.#log = log;
  }

  /** Stays pending if the connection is lost. Never rejects. */
  read(request: IncomingMessage, slot: Slot): Promise<string | Rejection> {
    return new Promise((onBody) => {
      const rejection = unreadable(request, this.#log);
      if (rejection !== undefined) return onBody(rejection);
      const body = new NodeBody(request, this.#maxBytes, slot, onBody);
      if (this.#begun !== undefined) this.#begun.push(body);
      else this.#awaitLater([body]);
    });
  }

  /** Most bodies arrive with their headers. Those that have not are looked at one turn later. */
  #awaitLater(begun: NodeBody[]): void {
    this.#begun = begun;
    setImmediate(() => {
      this.#begun = undefined;
      for (const body of begun) body.awaitRest();
    });
  }
}

function unreadable(
  { headers, readableDidRead }: IncomingMessage,
  log: HttpLog,
): Rejection | undefined {
  if (isEncoded(headers['content-encoding'])) return encoded();
  return readableDidRead ? bodyTaken(log, ADVICE) : undefined;
}

const ADVICE =
  'Pass what it has read as the third argument: nodeHandler(server)(request, response, body).';

class NodeBody {
  readonly #request: IncomingMessage;
  readonly #maxBytes: number;
  readonly #slot: Slot;
  readonly #buffer = new ByteBuffer();
  #onBody: OnBody | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(request: IncomingMessage, maxBytes: number, slot: Slot, onBody: OnBody) {
    this.#request = request;
    this.#maxBytes = maxBytes;
    this.#slot = slot;
    this.#onBody = onBody;
    request.on('data', (chunk: Buffer) => this.#take(chunk));
    request.on('end', () => this.#end());
  }

  /** Refuses it by the length that it is to have, or sets its time limit. */
  awaitRest(): void {
    const { complete, destroyed, headers } = this.#request;
    if (complete || destroyed || this.#onBody === undefined) return;
    if (Number(headers['content-length']) > this.#maxBytes) {
      return this.#finish(tooLarge(this.#maxBytes));
    }
    this.#timer = setTimeout(() => this.#finish(tooSlow()), BODY_TIMEOUT);
    this.#request.once('close', () => clearTimeout(this.#timer));
  }

  #take(chunk: Buffer): void {
    if (this.#onBody === undefined) return;
    if (this.#buffer.size + chunk.length > this.#maxBytes) this.#finish(tooLarge(this.#maxBytes));
    else if (this.#slot.hold(chunk.length)) this.#buffer.push(chunk);
    else this.#finish(tooMany());
  }

  #end(): void {
    this.#finish(decode(this.#buffer.bytes));
  }

  #finish(body: string | Rejection): void {
    const onBody = this.#onBody;
    this.#onBody = undefined;
    this.#buffer.clear();
    clearTimeout(this.#timer);
    onBody?.(body);
  }
}

/**
 * The body that a middleware has read; `undefined` for one that is still in the stream. Express
 * passes its `next` where a body could be, and leaves `{}` as the body of what it has not read.
 */
export function bodyAlreadyRead(request: IncomingMessage, given: unknown): unknown {
  if (given !== undefined && typeof given !== 'function') return given;
  if (!request.readableDidRead) return undefined;
  return attempt(() => (request as { body?: unknown }).body);
}

/** The text of a body that a middleware has read: as text, as bytes or parsed. */
export function textOfParsed(body: unknown, slot: Slot): string | Rejection {
  const text = textOf(body);
  return typeof text !== 'string' || slot.hold(text.length) ? text : tooMany();
}

function textOf(body: unknown): string | Rejection {
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
  try {
    return utf8.decode(bytes);
  } catch {
    return INVALID_TEXT;
  }
}
