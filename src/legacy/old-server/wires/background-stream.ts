/** The stream for what belongs to no request: a GET that stays open. */
import type { Logger } from '../../../base/logging/logger.ts';
import { attempt } from '../../../base/thrown.ts';
import { shownMessage } from '../../../base/shown-text.ts';
import { type HttpConnection, isOk, mediaType } from '../../../http/client/http-connection.ts';
import type { HttpResponse } from '../../../http/client/send.ts';
import { parseFromOldServer } from '../../../protocol/response.ts';
import { ResumableStream } from './resumable-stream.ts';
import type { WireListener } from './wire.ts';

export interface BackgroundStreamOptions {
  readonly connection: HttpConnection;
  open(headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<HttpResponse>;
  readonly listener: WireListener;
  readonly logger: Logger;
  /** Ends it. */
  readonly signal: AbortSignal;
}

export class BackgroundStream {
  readonly #options: BackgroundStreamOptions;
  #opening: Promise<boolean> | undefined;

  constructor(options: BackgroundStreamOptions) {
    this.#options = options;
  }

  /** Opens it, unless it is open; `false` if the server has none. Never rejects. */
  open(): Promise<boolean> {
    return (this.#opening ??= this.#open());
  }

  async #open(): Promise<boolean> {
    const { open, signal, logger } = this.#options;
    try {
      const response = await open({}, signal);
      if (isOk(response) && mediaType(response) === 'text/event-stream') {
        void this.#read(response);
        return true;
      }
      response.discard();
      // A server without such a stream answers 405, and will go on so.
      if (response.status < 500) return false;
    } catch (error) {
      if (!signal.aborted) logger.warn(`The server cannot be listened to: ${shownMessage(error)}`);
    }
    this.#opening = undefined;
    return false;
  }

  async #read(response: HttpResponse): Promise<void> {
    const { connection, open, listener, logger, signal } = this.#options;
    const lost = new Error('The stream was broken off.');
    const stream = new ResumableStream({
      connection,
      signal,
      open: (headers) => open(headers, signal),
      onGap: () => listener.onGap(lost),
    });
    try {
      for await (const text of stream.messages(response)) this.#take(text);
    } catch (error) {
      if (signal.aborted) return;
      this.#opening = undefined;
      listener.onGap(error);
      logger.warn(`The server is not listened to any more: ${shownMessage(error)}`);
    }
  }

  #take(text: string): void {
    const message = attempt(() => parseFromOldServer(text));
    // A response on this stream belongs to a request whose own stream is lost, and is read there.
    if (message === undefined || message.type === 'response') return;
    this.#options.listener.onMessage(message);
  }
}
