/** Requests as they are written, and what comes back. */
import { connect } from 'node:net';

export interface RawRequest {
  readonly verb: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How long nothing may come before the connection is given up, in ms. */
const SILENCE = 700;

/** Writes a request as it is. Resolves with all that comes back, of a stream with its first part. */
export function write(port: number, { verb, headers, body }: RawRequest): Promise<string> {
  const bytes = Buffer.from(body);
  const own = { host: `127.0.0.1:${port}`, 'content-length': String(bytes.length) };
  const lines = Object.entries({ ...own, connection: 'close', ...headers });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(Buffer.from(`${verb} /mcp HTTP/1.1\r\n${head}\r\n`, 'latin1'));
      socket.write(bytes);
    });
    socket.setTimeout(SILENCE, () => socket.destroy());
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('text/event-stream')) socket.setTimeout(40);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(text));
  });
}

/** The JSON in a response, be it its body or the data of its last event. */
export function messageIn(response: string): Record<string, never> | undefined {
  const json = /^(?:data: )?(?<json>\{.*\})\s*$/gm;
  const last = [...response.matchAll(json)].at(-1)?.groups!['json'];
  if (last === undefined) return undefined;
  return JSON.parse(last) as Record<string, never>;
}

export function statusOf(response: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(response)?.[1] ?? 0);
}
