/** Just enough HTTP to read the responses of a keep-alive connection with one request open. */

export interface HttpResponse {
  readonly status: number;
  readonly body: string;
}

/** The response in `text`, or `undefined` while some of it is missing. */
export function readResponse(text: string): HttpResponse | undefined {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const head = text.slice(0, headEnd);
  const status = Number(head.slice(9, 12));
  const length = /^content-length: *(\d+)/im.exec(head)?.[1];
  const start = headEnd + 4;
  const body =
    length === undefined ? readChunks(text, start) : readBytes(text, start, Number(length));
  return body === undefined ? undefined : { status, body };
}

function readBytes(text: string, start: number, length: number): string | undefined {
  return text.length < start + length ? undefined : text.slice(start, start + length);
}

function readChunks(text: string, start: number): string | undefined {
  let body = '';
  for (;;) {
    const sizeEnd = text.indexOf('\r\n', start);
    if (sizeEnd < 0) return undefined;
    const size = Number.parseInt(text.slice(start, sizeEnd), 16);
    const end = sizeEnd + 2 + size + 2;
    if (text.length < end) return undefined;
    if (size === 0) return body;
    body += text.slice(sizeEnd + 2, end - 2);
    start = end;
  }
}
