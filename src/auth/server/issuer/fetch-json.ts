/** Asks an issuer for a JSON document. What it answers is bounded in size and time. */
import { ByteBuffer } from '../../../base/byte-buffer.ts';
import { isRecord, parseJson } from '../../../base/json/json.ts';
import { messageOf } from '../../../base/thrown.ts';
import { IssuerUnavailable } from './issuer-unavailable.ts';

/** In ms. */
const TIMEOUT = 5_000;

export interface JsonResponse {
  readonly status: number;
  /** The body; `undefined` if it is no JSON. */
  readonly body: unknown;
}

/**
 * @param maxBytes larger documents are refused
 * @throws IssuerUnavailable if there is no response
 */
export async function fetchJson(
  url: string,
  maxBytes: number,
  init: RequestInit = {},
): Promise<JsonResponse> {
  try {
    const headers = { accept: 'application/json', ...(init.headers as Record<string, string>) };
    const signal = AbortSignal.timeout(TIMEOUT);
    // Where a redirect leads to is not what is configured.
    const response = await fetch(url, { ...init, headers, signal, redirect: 'manual' });
    const text = new TextDecoder().decode(await readBody(response, maxBytes));
    return { status: response.status, body: parseJson(text) };
  } catch (error) {
    throw unavailable(url, error);
  }
}

/** A response that is not what it should be. */
export function unexpected(url: string, what: string): IssuerUnavailable {
  return new IssuerUnavailable(`${url} ${what}`);
}

async function readBody({ body }: Response, maxBytes: number): Promise<Uint8Array> {
  const buffer = new ByteBuffer();
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    if (buffer.size + chunk.byteLength > maxBytes) throw new RangeError('it is too large');
    buffer.push(chunk);
  }
  return buffer.bytes;
}

/** `fetch` of Node says why only in the cause. What was sent is in neither. */
function unavailable(url: string, error: unknown): IssuerUnavailable {
  const cause = isRecord(error) ? error['cause'] : undefined;
  const code = isRecord(cause) ? cause['code'] : undefined;
  const why = typeof code === 'string' ? code : messageOf(error);
  return unexpected(url, `could not be fetched: ${why}`);
}
