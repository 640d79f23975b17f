/** The requests, as JSON and as the bytes that go out. */
import { ARGUMENTS, type Case } from './cases.ts';

const REVISION = '2026-07-28';

/** What a retry carries beside the original request. */
export interface Carried {
  readonly inputResponses?: Readonly<Record<string, unknown>>;
  readonly requestState?: string;
}

export function bodyOf({ tool }: Case, carried: Carried): string {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': REVISION,
    'io.modelcontextprotocol/clientInfo': { name: 'bench-client', version: '1.0.0' },
    'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
  };
  const params = { name: tool, arguments: ARGUMENTS, ...carried, _meta };
  return JSON.stringify({ jsonrpc: '2.0', id: 71, method: 'tools/call', params });
}

export function headersOf({ tool }: Case): Record<string, string> {
  return {
    'Content-Type': 'application/json',
    Accept: 'application/json, text/event-stream',
    'MCP-Protocol-Version': REVISION,
    'Mcp-Method': 'tools/call',
    'Mcp-Name': tool,
  };
}

/** A whole HTTP request, ready to be written to a socket again and again. */
export function requestText(measured: Case, port: number, body: string): string {
  const headers = {
    Host: `127.0.0.1:${port}`,
    ...headersOf(measured),
    'Content-Length': String(Buffer.byteLength(body)),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /mcp HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}
