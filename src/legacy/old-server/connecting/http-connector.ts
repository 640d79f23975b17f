import type { Logger } from '../../../base/logging/logger.ts';
import { HttpConnection } from '../../../http/client/http-connection.ts';
import { HttpError } from '../../../http/client/http-error.ts';
import type { HttpClientOptions } from '../../../http/client/options.ts';
import { HttpTransport } from '../../../http/client/transport.ts';
import type { JsonRpcRequest } from '../../../protocol/types/jsonrpc.ts';
import type { Transport } from '../../../protocol/transport.ts';
import type { Connector, Finding } from './connector.ts';
import { isModern, olderServer } from './discovery.ts';
import { type Verdicts, verdictsThrough } from './verdicts.ts';
import type { OldWire, WireListener } from '../wires/wire.ts';

/** Statuses of 400 to 499 that say nothing of a server's revision (L17). */
const NO_EVIDENCE: readonly number[] = [401, 403, 408, 425, 429];

/** Reaches a server at a URL. */
export class HttpConnector implements Connector {
  readonly modern: Transport;
  readonly mustDiscover = false;
  readonly verdicts: Verdicts;
  readonly server: string;
  readonly #connection: HttpConnection;
  readonly #logger: Logger;

  constructor(url: URL, options: HttpClientOptions | undefined, logger: Logger) {
    this.#connection = new HttpConnection(url, options);
    this.#logger = logger;
    this.modern = new HttpTransport(this.#connection);
    this.verdicts = verdictsThrough(options?.fetch);
    this.server = url.origin + url.pathname;
  }

  async discover(
    request: JsonRpcRequest,
    _mayBeOld: boolean,
    signal: AbortSignal,
  ): Promise<Finding> {
    try {
      const response = await this.modern.request(request, { signal });
      if (isModern(response)) return { era: 'modern', response };
      const { refusal } = response;
      if (refusal !== undefined && !isEvidence(refusal.status)) return { era: undefined, response };
      return { era: 'old', why: olderServer(response) };
    } catch (error) {
      if (!(error instanceof HttpError) || !isEvidence(error.status)) throw error;
      return { era: 'old', why: error };
    }
  }

  async openWire(listener: WireListener): Promise<OldWire> {
    const { HttpWire } = await import('../wires/http-wire.ts');
    return new HttpWire(this.#connection, listener, this.#logger);
  }

  async close(): Promise<void> {
    await this.modern.close();
  }
}

function isEvidence(status: number): boolean {
  return status >= 400 && status < 500 && !NO_EVIDENCE.includes(status);
}
