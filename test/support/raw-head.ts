import type { Message } from './messages.ts';
import { headersFor } from './wires.ts';

/** The head of the POST that carries a message, for tests that write to sockets. */
export function rawHead(message: Message, port: number): string {
  const length = String(Buffer.byteLength(JSON.stringify(message)));
  const headers = { ...headersFor(message), host: `127.0.0.1:${port}`, 'content-length': length };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /mcp HTTP/1.1\r\n${lines.join('')}\r\n`;
}
