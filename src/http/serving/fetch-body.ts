import { ByteBuffer } from '../../base/byte-buffer.ts';
import {
  type Rejection,
  bodyTaken,
  encoded,
  isEncoded,
  tooLarge,
  tooMany,
  tooSlow,
} from '../check-head.ts';
import type { Slot } from '../concurrency-limit.ts';
import type { HttpPolicy } from '../policy.ts';
import { BODY_TIMEOUT, INVALID_TEXT } from '../text.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const ADVICE =
  'Let it read request.clone(), or pass a new Request that has what it has read as its body.';

/** Reads the body of a web request. Never rejects. */
export async function readWebBody(
  request: Request,
  { maxBodyBytes: maxBytes, log }: Pick<HttpPolicy, 'maxBodyBytes' | 'log'>,
  slot: Slot,
): Promise<string | Rejection> {
  if (Number(request.headers.get('content-length')) > maxBytes) return tooLarge(maxBytes);
  if (isEncoded(request.headers.get('content-encoding'))) return encoded();
  if (request.bodyUsed || request.body?.locked) return bodyTaken(log, ADVICE);
  if (request.body === null) return '';
  let isLate = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const reader = request.body.getReader();
    timer = setTimeout(() => {
      isLate = true;
      reader.cancel().catch(() => {});
    }, BODY_TIMEOUT);
    const bytes = await readAll(reader, maxBytes, slot);
    if (isLate) return tooSlow();
    return bytes instanceof Uint8Array ? utf8.decode(bytes) : bytes;
  } catch {
    // Not UTF-8, or the client has disconnected: then the response does not matter.
    return isLate ? tooSlow() : INVALID_TEXT;
  } finally {
    clearTimeout(timer);
  }
}

async function readAll(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  maxBytes: number,
  slot: Slot,
): Promise<Uint8Array | Rejection> {
  const buffer = new ByteBuffer();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return buffer.bytes;
    const isTooLarge = buffer.size + value.byteLength > maxBytes;
    if (isTooLarge || !slot.hold(value.byteLength)) {
      reader.cancel().catch(() => {});
      return isTooLarge ? tooLarge(maxBytes) : tooMany();
    }
    buffer.push(value);
  }
}
