import { describe, expect, it, vi } from 'vitest';
import type { JsonRpcNotification } from '../../protocol/types/jsonrpc.ts';
import { HttpConnection } from './http-connection.ts';
import { HttpTransport } from './transport.ts';

const REQUEST = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'a' } } as const;
const RESPONSE = { jsonrpc: '2.0', id: 1, result: { a: 1 } };
const NOTE = { jsonrpc: '2.0', method: 'notifications/progress', params: {} };

const { signal } = new AbortController();

async function answered(answer: Response, notes: JsonRpcNotification[] = []) {
  const fetch = vi.fn(async () => answer);
  const transport = new HttpTransport(new HttpConnection(new URL('https://a/'), { fetch }));
  const onNotification = (note: JsonRpcNotification) => void notes.push(note);
  const received = transport.request(REQUEST, { signal, onNotification, headers: { b: 'c' } });
  return { received: await received, fetch };
}

const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(typeof body === 'string' ? body : JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  });

const stream = (...events: string[]): Response =>
  new Response(events.map((event) => `${event}\n\n`).join(''), {
    headers: { 'content-type': 'text/event-stream' },
  });

const data = (message: unknown): string => `data: ${JSON.stringify(message)}`;

describe('HC-1 a message over HTTP', () => {
  it('is one POST, with its own headers and those of the call', async () => {
    const { received, fetch } = await answered(json(RESPONSE));
    expect(received).toEqual(RESPONSE);
    const [url, init] = fetch.mock.calls[0] as unknown as [string, RequestInit];
    expect([url, init.method, init.body]).toEqual(['https://a/', 'POST', JSON.stringify(REQUEST)]);
    expect(init.headers).toMatchObject({ 'Mcp-Name': 'a', b: 'c' });
  });

  it('may have headers for its arguments, and ends with its connection', async () => {
    const connection = new HttpConnection(new URL('https://a/'));
    const close = vi.spyOn(connection, 'close');
    const transport = new HttpTransport(connection);
    expect(transport.hasHeaders).toBe(true);
    await transport.close();
    expect(close).toHaveBeenCalledOnce();
  });

  it('may have notifications that nobody listens to', async () => {
    const fetch = async () => stream(data(NOTE), data(RESPONSE));
    const transport = new HttpTransport(new HttpConnection(new URL('https://a/'), { fetch }));
    expect(await transport.request(REQUEST, { signal })).toEqual(RESPONSE);
  });

  it('may be answered by a stream, after notifications', async () => {
    const notes: JsonRpcNotification[] = [];
    const answer = stream(
      data(NOTE),
      'event: other\ndata: x',
      'data:',
      'id: 7',
      data(RESPONSE),
      'data: x',
    );
    expect((await answered(answer, notes)).received).toEqual(RESPONSE);
    expect(notes).toEqual([NOTE]);
  });

  it('may be answered with an error and its status', async () => {
    const error = { jsonrpc: '2.0', id: 1, error: { code: -32601, message: 'No' } };
    const { received } = await answered(json(error, 404, { 'retry-after': '1' }));
    expect(received).toEqual({ ...error, refusal: { status: 404, retryAfter: 1_000 } });
  });

  it.each<[string, Response, RegExp]>([
    ['nothing', json(''), /HTTP 200 and no content/],
    ['a page', new Response('x', { headers: { 'content-type': 'text/html' } }), /text\/html/],
    ['a notification', json(NOTE), /a notification instead of the response/],
    ['no JSON', json('{'), /not valid JSON/],
    ['a stream that ends', stream(data(NOTE)), /ended its stream without a response/],
    ['a stream of something else', stream('data: x'), /not valid JSON/],
  ])('HC-10 is not answered by %s', async (_, answer, words) => {
    const failed = answered(answer);
    await expect(failed).rejects.toThrow(words);
    await expect(failed).rejects.toMatchObject({ code: 'invalid_response' });
  });

  it.each<[string, Response]>([
    ['a page', new Response('x', { status: 502, headers: { 'content-type': 'text/html' } })],
    ['other JSON', json('{"a":1}', 502)],
    ['nothing', json('', 502)],
  ])('HC-10 that a proxy answers with %s says the status', async (_, answer) => {
    await expect(answered(answer)).rejects.toMatchObject({ code: 'transport_failed', status: 502 });
  });

  it('that breaks off is no error of a proxy', async () => {
    const pull = (source: ReadableStreamDefaultController) => source.error(new Error('reset'));
    const init = { status: 502, headers: { 'content-type': 'application/json' } };
    const failed = answered(new Response(new ReadableStream({ pull }), init));
    await expect(failed).rejects.toThrow('broke off its response');
  });

  it('closes a response that it does not read', async () => {
    const cancel = vi.fn();
    const failed = answered(new Response(new ReadableStream({ cancel }), { status: 200 }));
    await expect(failed).rejects.toThrow();
    expect(cancel).toHaveBeenCalledOnce();
  });
});
