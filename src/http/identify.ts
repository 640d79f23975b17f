import { isRecord } from '../base/json/json.ts';
import { type Principal, principalProblem, toPrincipal } from '../protocol/principal.ts';
import type { HttpLog } from './http-log.ts';
import type { Authenticate, RequestHead } from './policy.ts';
import { protectionOf } from './protection.ts';
import { reasonOf } from './refusal-reasons.ts';
import { type Rejection, reject } from './check-head.ts';

/** The verified caller, or the response to send instead of serving the request. */
export type Identity =
  | {
      readonly principal: Principal;
      readonly rejection?: undefined;
      /** Asks whether the caller's credentials still hold. Default: they hold until they expire. */
      readonly recheck?: (() => Promise<boolean>) | undefined;
    }
  | {
      readonly rejection: Rejection;
      readonly principal?: undefined;
      readonly recheck?: undefined;
    };

/** Headers that describe the connection. The response of `authenticate` cannot set them. */
const OF_THE_CONNECTION = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'keep-alive',
  'transfer-encoding',
]);

/** Rejections by their responses: `authenticate` may return the same object many times. */
const known = new WeakMap<object, Promise<Rejection>>();

/**
 * Calls `authenticate`. Anything but a principal or a response denies, and is logged: the caller
 * does not learn why. Never rejects.
 */
export async function identify(
  request: RequestHead,
  authenticate: Authenticate,
  log: HttpLog,
): Promise<Identity> {
  try {
    const found: unknown = await authenticate(request);
    const principal = toPrincipal(found);
    if (principal !== undefined) {
      return { principal, recheck: protectionOf(authenticate)?.recheckOf(found as object) };
    }
    if (isResponse(found)) {
      const reason = reasonOf(found);
      if (reason !== undefined) log.callerRefused(found.status, reason, request.headers);
      return { rejection: await rejectionOf(found) };
    }
    const problem = principalProblem(found) ?? 'cannot be read twice';
    log.notPrincipal('what http.authenticate returned', problem);
  } catch (error) {
    log.authenticateThrew(error, request.headers);
  }
  return { rejection: notAuthenticated() };
}

/** The answer to a caller that nobody knows. */
export function notAuthenticated(): Rejection {
  return reject(401, 'Not authenticated');
}

/** By its members, because a process can have several `Response` classes. */
export function isResponse(value: unknown): value is Response {
  return (
    isRecord(value) &&
    Number.isInteger(value['status']) &&
    typeof value['text'] === 'function' &&
    isRecord(value['headers']) &&
    typeof value['headers']['forEach'] === 'function'
  );
}

function rejectionOf(response: Response): Promise<Rejection> {
  let rejection = known.get(response);
  if (rejection === undefined) {
    rejection = read(response);
    known.set(response, rejection);
  }
  return rejection;
}

async function read(response: Response): Promise<Rejection> {
  const headers: Record<string, string> = {};
  response.headers.forEach((value, name) => {
    if (!OF_THE_CONNECTION.has(name)) headers[name] = value;
  });
  return { status: response.status, headers, body: await bodyOf(response) };
}

/** The body of a response; empty if it has been read already: the status is what counts. */
async function bodyOf(response: Response): Promise<string> {
  try {
    const text: unknown = await response.text();
    return typeof text === 'string' ? text : '';
  } catch {
    return '';
  }
}
