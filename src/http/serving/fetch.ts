/** Serves web requests: for Bun, Deno, Workers, and frameworks with fetch handlers. */
import type { Dispatcher } from '../../protocol/dispatcher.ts';
import { invalidOptions } from '../../base/errors.ts';
import { HttpExchange } from './exchange.ts';
import { readWebBody } from './fetch-body.ts';
import { FetchResponseWriter } from './fetch-response-writer.ts';
import { givenPrincipal } from '../handle-options.ts';
import { identify } from '../identify.ts';
import { ConcurrencyLimit, type Slot } from '../concurrency-limit.ts';
import { type FetchHandler, optionsAmong, waitUntilAmong } from '../platform-arguments.ts';
import { protectionOf } from '../protection.ts';
import type { HttpPolicy } from '../policy.ts';
import { corsHeaders, isRejection, checkHead, toResponse, tooMany } from '../check-head.ts';

/**
 * A handler for web requests. It does not look at the path: mount it at the path of the server.
 *
 * The handler rejects with RondoError `invalid_options` for options that cannot be used, and for a
 * server with unprotected state: that must be reachable from this machine only, and a fetch handler
 * cannot know who can reach it.
 */
export function fetchHandler(dispatcher: Dispatcher, policy: HttpPolicy): FetchHandler {
  const limit = new ConcurrencyLimit(policy);
  return async (request: Request, ...following: unknown[]) => {
    assertWebRequest(request);
    if (dispatcher.loopbackOnly) throw notHere();
    const { principal, rejection } = givenPrincipal(optionsAmong(following), policy, dispatcher);
    const waitUntil = waitUntilAmong(following);
    const cors = corsHeaders(request, policy, undefined) ?? {};
    const checked = checkHead(request, policy, undefined);
    if (isRejection(checked)) return toResponse(checked, cors);
    if (rejection !== undefined) return toResponse(rejection, cors);
    const slot = limit.acquire();
    if (slot === undefined) return toResponse(tooMany(), cors);
    const writer = new FetchResponseWriter(cors, gone);
    const exchange = new HttpExchange(request, checked, writer, slot);
    exchange.principal = principal;
    exchange.afterReply = waitUntil ?? 'ends';
    /** The client has disconnected, which cancels the request (HS-14). */
    function gone(): void {
      exchange.cancel('the client closed the connection');
      exchange.release();
      writer.clientGone();
    }
    request.signal?.addEventListener('abort', gone, { once: true });
    if (request.signal?.aborted) gone();
    void serve(request, exchange, slot, dispatcher, policy);
    return writer.response;
  };
}

/** Never rejects. */
async function serve(
  request: Request,
  exchange: HttpExchange,
  slot: Slot,
  dispatcher: Dispatcher,
  policy: HttpPolicy,
): Promise<void> {
  try {
    const text = await admit(request, exchange, slot, policy);
    if (text === undefined || exchange.inFlight.isCancelled) return;
    if (request.method !== 'POST') return await exchange.serveWithoutBody(dispatcher);
    const reply = exchange.serve(text, dispatcher);
    const { openStreamAfter } = policy;
    if (openStreamAfter !== undefined) exchange.openStreamAfter(openStreamAfter);
    exchange.finish(await reply);
  } catch (error) {
    policy.log.failed('Serving a request', error);
    exchange.fail();
  } finally {
    exchange.release();
  }
}

/**
 * The body of a request that will be served; `undefined` if the request has been answered already.
 */
async function admit(
  request: Request,
  exchange: HttpExchange,
  slot: Slot,
  policy: HttpPolicy,
): Promise<string | undefined> {
  const { authenticate, log } = policy;
  if (authenticate !== undefined) {
    const { principal, rejection, recheck } = await identify(request, authenticate, log);
    if (rejection !== undefined) return void exchange.reject(rejection);
    exchange.principal = principal;
    exchange.recheck = recheck;
    if (protectionOf(authenticate) !== undefined) exchange.request = withoutCredentials(request);
  }
  if (exchange.inFlight.isCancelled) return undefined;
  const body = await readWebBody(request, policy, slot);
  if (typeof body === 'string') return body;
  return void exchange.reject(body);
}

/** What verifies tokens keeps them: handlers see the request without its token and its body (A10). */
function withoutCredentials({ url, method, headers, signal }: Request): Request {
  const shown = new Headers(headers);
  shown.delete('authorization');
  return new Request(url, { method, headers: shown, signal });
}

function assertWebRequest(request: Partial<Request> | undefined): void {
  if (typeof request?.url === 'string' && typeof request.headers?.get === 'function') return;
  throw invalidOptions(
    'server.fetch serves web requests: c.req.raw in Hono, event.req in h3. For those of node:http, ' +
      "as in Express, Fastify or Koa, there is nodeHandler(server) of 'mcp-rondo/node'.",
  );
}

function notHere(): Error {
  return invalidOptions(
    'Unprotected state is for this machine only, and fetch cannot know who reaches it. Serve it ' +
      "with serve() of 'mcp-rondo/node', or remove state.protection.",
  );
}
