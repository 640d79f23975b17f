/** What bad servers say. */
import type { ServerResponse } from 'node:http';
import type { UnknownRecord } from '../../../src/base/json/json.ts';
import type { JsonRpcRequest, RequestId } from '../../../src/protocol/types/jsonrpc.ts';

export const DONE: UnknownRecord = {
  resultType: 'complete',
  content: [{ type: 'text', text: 'done' }],
};

/** A response, or what is to be taken for one; an undefined id is left out. */
export function reply(id: RequestId | null | undefined, members: UnknownRecord): string {
  return JSON.stringify({ jsonrpc: '2.0', id, ...members });
}

/** The response that ends a call. */
export function done({ id }: JsonRpcRequest): string {
  return reply(id, { result: DONE });
}

export function refusal({ id }: JsonRpcRequest, code: number, message = 'No.'): string {
  return reply(id, { error: { code, message } });
}

export function notice(method: string, params: UnknownRecord = {}): string {
  return JSON.stringify({ jsonrpc: '2.0', method, params });
}

export function progress({ id }: JsonRpcRequest, value: unknown): string {
  return notice('notifications/progress', { progressToken: id, progress: value });
}

/** A message as an event of a stream. */
export function event(message: string): string {
  return `event: message\ndata: ${message}\n\n`;
}

/** Answers with a whole body; an empty type is none. */
export function send(
  response: ServerResponse,
  body: string | Uint8Array,
  { type = 'application/json', status = 200 } = {},
): void {
  response.writeHead(status, type === '' ? {} : { 'content-type': type }).end(body);
}

/** Begins a stream, which stays open. */
export function stream(response: ServerResponse, beginning = ''): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  if (beginning !== '') response.write(beginning);
}

/** Writes `chunk` again and again, as fast as it is read. */
export function flood(to: NodeJS.WritableStream & { destroyed?: boolean }, chunk: string): void {
  const more = (): void => {
    while (!to.destroyed && to.write(chunk));
  };
  to.on('drain', more);
  more();
}
