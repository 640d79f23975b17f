import { invalidOptions } from '../../base/errors.ts';
import { isRecord } from '../../base/json/json.ts';
import { type Logger, safeLogger, stderrLogger } from '../../base/logging/logger.ts';
import { having } from '../../base/options/option-checks.ts';
import { type OptionSet, readOptions } from '../../base/options/options.ts';
import { describeError } from '../../base/thrown.ts';
import { writeJson } from '../../base/json/well-formed-json.ts';
import { HTTP_CLIENT_OPTIONS, type HttpClientOptions } from '../../http/client/options.ts';
import type { FetchHandler } from '../../http/platform-arguments.ts';
import {
  HTTP_OPTIONS,
  type HttpOptions,
  type HttpPolicy,
  resolveHttpPolicy,
} from '../../http/policy.ts';
import type { Dispatcher, Exchange, Reply } from '../../protocol/dispatcher.ts';
import type { JsonRpcRequest } from '../../protocol/types/jsonrpc.ts';
import { Method } from '../../protocol/names/methods.ts';
import { errorReply, resultReply, writeNotification } from '../../protocol/reply.ts';
import { RpcError, internalError } from '../../protocol/rpc-error.ts';
import type { RequestOptions } from '../../protocol/transport.ts';
import { PROTOCOL_VERSION } from '../../protocol/names/version.ts';
import type { ServerCommand } from '../../stdio/server-command.ts';
import { assertAdmitted } from './admission.ts';
import { connectorTo } from './connecting/connector-to.ts';
import { Exchanges } from './exchanges.ts';
import { TransportPool } from './transport-pool.ts';
import { quote } from '../../base/quote.ts';

/** Options of an {@link OldServer}. */
export interface OldServerOptions {
  /** How the server is reached over HTTP. Default: see {@link HttpClientOptions}. */
  readonly http?: HttpClientOptions;
  /** How it is served over HTTP itself, as `http` of `McpServer`. Default: see {@link HttpOptions}. */
  readonly serving?: HttpOptions;
  /** Where is logged to. Default: warnings and errors to stderr. */
  readonly logger?: Logger;
}

const OLD_SERVER_OPTIONS: OptionSet<OldServerOptions> = {
  of: 'OldServer',
  table: {
    http: HTTP_CLIENT_OPTIONS,
    serving: HTTP_OPTIONS,
    logger: having('debug', 'info', 'warn', 'error'),
  },
};

/**
 * A server that speaks 2025-11-25 or an earlier revision, as one of this revision: give it to `serve`
 * and new clients can call it, or to a `Client`, or to `testServer`. A question that the server asks
 * in the middle of a call becomes a round; the call itself stays open in this process, so all its
 * rounds have to come here.
 *
 * The server gets a session, or a process of its own, for each caller and each set of capabilities
 * that callers declare. Nothing is sent before the first request.
 *
 * @example
 * ```ts
 * import { OldServer } from 'mcp-rondo/client';
 * import { serve } from 'mcp-rondo/node';
 *
 * const old = new OldServer({ command: 'npx', args: ['-y', 'some-old-server'] });
 * await serve(old, { port: 3000 });
 * ```
 */
export class OldServer implements Dispatcher {
  readonly loopbackOnly = false;
  /** @internal */
  readonly httpPolicy: HttpPolicy;
  /** Serves a web `Request`, as `fetch` of `McpServer` does. */
  readonly fetch: FetchHandler;
  readonly #logger: Logger;
  readonly #transports: TransportPool;
  readonly #exchanges = new Exchanges();

  /**
   * @param target the server's http or https URL, or a program to start
   * @throws RondoError `invalid_options`
   */
  constructor(target: string | URL | ServerCommand, given: OldServerOptions = {}) {
    const options = readOptions(OLD_SERVER_OPTIONS, given);
    if (typeof target !== 'string' && !isRecord(target)) {
      throw invalidOptions('OldServer takes a URL, or { command, args }.');
    }
    this.#logger = safeLogger(options.logger ?? stderrLogger);
    const logger = this.#logger;
    this.httpPolicy = resolveHttpPolicy(logger, options.serving);
    this.fetch = lazyFetchHandler(this, this.httpPolicy);
    // What is wrong with the target is said now, and not at the first request.
    connectorTo(target, options.http, logger);
    this.#transports = new TransportPool(logger, () => connectorTo(target, options.http, logger));
  }

  /** @internal */
  async dispatch(request: JsonRpcRequest, exchange: Exchange): Promise<Reply> {
    try {
      return await this.#serve(request, exchange);
    } catch (error) {
      if (error instanceof RpcError) return errorReply(request.id, error);
      this.#logger.error(`${quote(request.method)} failed: ${describeError(error)}`);
      return errorReply(request.id, internalError());
    }
  }

  /** Ends all sessions and programs. */
  async close(): Promise<void> {
    this.#exchanges.conclude();
    await this.#transports.close();
  }

  async #serve(request: JsonRpcRequest, exchange: Exchange): Promise<Reply> {
    assertAdmitted(request, exchange);
    const onNotification: RequestOptions['onNotification'] = ({ method, params = {} }) => {
      if (exchange.streams) exchange.notify(writeNotification(method, params));
    };
    const received = await this.#transports.use(request, exchange.principal, (transport) =>
      this.#exchanges.run(request, exchange, (signal) =>
        transport.request(request, { signal, onNotification }),
      ),
    );
    if ('error' in received) {
      const { code, message, data } = received.error;
      return errorReply(request.id, new RpcError(code, message, data));
    }
    const { result } = received;
    const isDiscovery = request.method === Method.discover;
    const served = isDiscovery ? { ...result, supportedVersions: [PROTOCOL_VERSION] } : result;
    return resultReply(request.id, writeJson(served));
  }
}

/** Loaded on demand: clients need none of it, and they share a module with this. */
function lazyFetchHandler(dispatcher: Dispatcher, policy: HttpPolicy): FetchHandler {
  let handler: FetchHandler | undefined;
  return async (...request: [Request, ...unknown[]]) => {
    const { fetchHandler } = await import('../../http/serving/fetch.ts');
    handler ??= fetchHandler(dispatcher, policy);
    return handler(...(request as Parameters<FetchHandler>));
  };
}
