import { isRecord } from '../base/json.ts';
import { type Principal, isPrincipal } from '../protocol/principal.ts';
import type { Authenticate, RequestHead } from './policy.ts';
import { type Rejection, reject } from './check-head.ts';

/** Who is calling, or what to answer instead of serving them. */
export type Identity =
  | { readonly principal: Principal; readonly rejection?: undefined }
  | { readonly rejection: Rejection; readonly principal?: undefined };

/** These describe the connection that a response goes out on, which is not for it to say. */
const OF_THE_CONNECTION = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'keep-alive',
  'transfer-encoding',
]);

/** Rejections by the response they were made of: one object may be sent again and again. */
const known = new WeakMap<object, Promise<Rejection>>();

/** Asks `authenticate`; whatever is neither a principal nor a response denies. Never rejects. */
export async function identify(
  request: RequestHead,
  authenticate: Authenticate,
): Promise<Identity> {
  try {
    const found: unknown = await authenticate(request);
    if (isPrincipal(found)) return { principal: found };
    if (isResponse(found)) return { rejection: await rejectionOf(found) };
  } catch {
    // `authenticate` threw: deny, with the same answer as for an unknown caller.
  }
  return { rejection: reject(401, 'Not authenticated') };
}

/** By its shape: there may be several classes of that name in one process. */
function isResponse(value: unknown): value is Response {
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

/** A body that somebody else has read already is lost; what counts is the status. */
async function bodyOf(response: Response): Promise<string> {
  try {
    const text: unknown = await response.text();
    return typeof text === 'string' ? text : '';
  } catch {
    return '';
  }
}
