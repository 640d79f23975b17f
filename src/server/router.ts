/** Serves every request, from every transport: checks it, finds its route, and writes the reply. */
import { quote } from '../base/quote.ts';
import {
  matchRequestHeaders,
  matchVersionHeader,
  requireVersionHeader,
} from '../http/request-headers.ts';
import type { Exchange, Reply } from '../protocol/dispatcher.ts';
import { Refusal } from '../protocol/refusal.ts';
import type { JsonRpcRequest, RequestId } from '../protocol/types/jsonrpc.ts';
import { errorReply, resultReply } from '../protocol/reply.ts';
import {
  RpcError,
  internalError,
  methodNotFound,
  unsupportedVersion,
} from '../protocol/rpc-error.ts';
import { SUPPORTED_VERSIONS } from '../protocol/names/version.ts';
import {
  type RefusedEvent,
  type RequestOf,
  type ServerEventListener,
  listening,
} from './events.ts';
import { refusedEvent, reportRequest, requestOf } from './request-report.ts';
import type { CheckedRequest, Route } from './requests/checked-request.ts';
import { replyOf } from './requests/finished.ts';
import type { Logger } from '../base/logging/logger.ts';
import { describeError } from '../base/thrown.ts';
import { RefusedRequest } from './requests/refused-request.ts';
import { readEnvelope, readMeta } from './requests/request-meta.ts';

/**
 * Finds the route for a method. Methods of capabilities that are not in use have none (EN-6, VM-7).
 */
export type Routes = (method: string) => FoundRoute | undefined;

export interface FoundRoute {
  readonly route: Route;
  /** The param that `Mcp-Name` mirrors, if the protocol itself does not say. */
  readonly nameParam?: string | undefined;
}

export interface RouterOptions {
  readonly routes: Routes;
  readonly logger: Logger;
  /** Called with what was served. Default: nobody listens. */
  readonly emit: ServerEventListener | undefined;
  /** Called with why a request was refused, where the client does not learn it. */
  readonly onRefused: (event: RefusedEvent) => void;
}

export class Router {
  readonly #routes: Routes;
  readonly #logger: Logger;
  readonly #emit: ServerEventListener | undefined;
  readonly #onRefused: RouterOptions['onRefused'];

  constructor({ routes, logger, emit, onRefused }: RouterOptions) {
    this.#routes = routes;
    this.#logger = logger;
    this.#emit = emit;
    this.#onRefused = onRefused;
  }

  /** Never rejects. */
  dispatch(request: JsonRpcRequest, exchange: Exchange): Promise<Reply> {
    const emit = this.#emit && listening(this.#emit);
    if (emit === undefined) return this.#serve(request, exchange);
    const of = requestOf(request, exchange, this.#routes(request.method) !== undefined);
    return reportRequest(of, request, emit, () => this.#serve(request, exchange, of));
  }

  async #serve(request: JsonRpcRequest, exchange: Exchange, reported?: RequestOf): Promise<Reply> {
    try {
      const { route, incoming } = this.#admit(request, exchange, reported);
      const written = await route(incoming);
      if (typeof written === 'string') return resultReply(request.id, written);
      if ('error' in written) this.#report(request, written.error);
      return replyOf(request.id, written);
    } catch (error) {
      this.#report(request, error);
      return this.#failed(request, error);
    }
  }

  #report(request: JsonRpcRequest, error: unknown): void {
    if (error instanceof Refusal) this.#onRefused(refusedEvent(error, request));
  }

  /** The checks that every request must pass, in their order (T13). The route does the others. */
  #admit(
    request: JsonRpcRequest,
    exchange: Exchange,
    reported: RequestOf | undefined,
  ): { route: Route; incoming: CheckedRequest } {
    const { headers } = exchange;
    if (headers !== undefined) requireVersionHeader(headers);
    const envelope = readEnvelope(request);
    if (headers !== undefined) matchVersionHeader(headers, envelope.protocolVersion);
    if (!SUPPORTED_VERSIONS.includes(envelope.protocolVersion)) {
      throw unsupportedVersion(envelope.protocolVersion);
    }
    const found = this.#routes(request.method);
    if (headers !== undefined) matchRequestHeaders(headers, request, found?.nameParam);
    if (found === undefined) throw methodNotFound(request.method);
    const meta = readMeta(request, envelope, reported);
    return {
      route: found.route,
      incoming: { message: request, params: request.params!, meta, exchange },
    };
  }

  #failed(request: JsonRpcRequest, error: unknown): Reply {
    try {
      if (error instanceof RpcError) return refusal(request, error);
      this.#logger.error(`${describeRequest(request)} failed: ${describeError(error)}`);
    } catch (unsendable) {
      // The `data` of an author's error has no JSON form.
      const why = describeError(unsendable);
      this.#logger.error(`${describeRequest(request)}: the error cannot be sent: ${why}`);
    }
    return errorReply(request.id, internalError());
  }
}

/** For the log: the method, and the name or URI that it is for. */
function describeRequest({ method, params }: JsonRpcRequest): string {
  const target = params?.['name'] ?? params?.['uri'];
  return typeof target === 'string' ? `${method} ${quote(target)}` : method;
}

function refusalWith(id: RequestId, error: RpcError, refused: RefusedRequest | undefined): Reply {
  const reply = errorReply(id, error, refused?.status);
  return refused?.headers === undefined ? reply : { ...reply, headers: refused.headers };
}

/**
 * The reply to a request that was refused. Clients of earlier revisions begin with `initialize`, and
 * show their users the message, and nothing else (VM-9).
 */
function refusal({ id, method }: JsonRpcRequest, error: RpcError): Reply {
  const refused = error instanceof RefusedRequest ? error : undefined;
  if (method !== 'initialize') return refusalWith(id, error, refused);
  const versions = SUPPORTED_VERSIONS.join(', ');
  const explained = new RpcError(
    error.code,
    `This server speaks MCP ${versions}, which has no initialize. The client needs a newer version.`,
    error.data ?? { supported: [...SUPPORTED_VERSIONS] },
  );
  return errorReply(id, explained, refused?.status);
}
