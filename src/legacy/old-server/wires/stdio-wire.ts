/** Carries one session of the old protocol over the standard streams of a program: one run of it. */
import { RondoError } from '../../../base/errors.ts';
import type { JsonRpcRequest } from '../../../protocol/types/jsonrpc.ts';
import type { Received } from '../../../protocol/transport.ts';
import type { StdioTransport } from '../../../stdio/client.ts';
import type { OldWire, WireListener, WireOptions } from './wire.ts';

export class StdioWire implements OldWire {
  readonly #transport: StdioTransport;
  #isOver = false;

  constructor(transport: StdioTransport, listener: WireListener) {
    this.#transport = transport;
    transport.serveOld({
      onRequest: (request) => listener.onMessage({ type: 'request', request }),
      onNotification: (notification) => listener.onMessage({ type: 'notification', notification }),
      onExit: (why) => {
        this.#isOver = true;
        listener.onGap(new RondoError('transport_failed', `The server ${why}.`));
      },
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  request(message: JsonRpcRequest, { signal }: WireOptions): Promise<Received> {
    return this.#transport.request(message, { signal });
  }

  async send(message: object): Promise<void> {
    this.#transport.write(message);
  }

  agreed(): void {
    // Messages over a pipe have no headers that would say it again.
  }

  async listen(): Promise<boolean> {
    return true;
  }

  async close(): Promise<void> {
    // The program is ended with its transport.
  }
}
