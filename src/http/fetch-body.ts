import { ByteBuffer } from '../base/byte-buffer.ts';
import { type Rejection, tooLarge, tooSlow } from './check-head.ts';
import { BODY_TIMEOUT, INVALID_TEXT } from './text.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads the body of a web request. Never rejects. */
export async function readWebBody(request: Request, maxBytes: number): Promise<string | Rejection> {
  if (Number(request.headers.get('content-length')) > maxBytes) return tooLarge(maxBytes);
  if (request.body === null) return '';
  let isLate = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    const reader = request.body.getReader();
    timer = setTimeout(() => {
      isLate = true;
      reader.cancel().catch(() => {});
    }, BODY_TIMEOUT);
    const bytes = await readAll(reader, maxBytes);
    if (isLate) return tooSlow();
    return bytes === undefined ? tooLarge(maxBytes) : utf8.decode(bytes);
  } catch {
    // Not UTF-8, or the client has disconnected: then the response does not matter.
    return isLate ? tooSlow() : INVALID_TEXT;
  } finally {
    clearTimeout(timer);
  }
}

/** @returns `undefined` if there is more than `maxBytes` */
async function readAll(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const buffer = new ByteBuffer();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return buffer.bytes;
    if (buffer.size + value.byteLength > maxBytes) {
      reader.cancel().catch(() => {});
      return undefined;
    }
    buffer.push(value);
  }
}
