import { describe, expect, it, vi } from 'vitest';
import { type HttpRequest, type HttpResponse, fetchSend } from './send.ts';

const REQUEST: HttpRequest = {
  method: 'POST',
  url: 'https://mcp.example/',
  headers: { a: 'b' },
  body: '{}',
};

const { signal } = new AbortController();

const sent = (response: Response): Promise<HttpResponse> =>
  fetchSend(async () => response)(REQUEST, signal);

/** A body that is left open after what is given, and how often it was cancelled. */
function openBody(...pieces: string[]) {
  const cancel = vi.fn(() => Promise.reject(new Error('no')));
  const body = new ReadableStream<Uint8Array>({
    start: (stream) => pieces.forEach((piece) => stream.enqueue(new TextEncoder().encode(piece))),
    cancel,
  });
  return { body, cancel };
}

async function textOf(response: HttpResponse): Promise<string> {
  let text = '';
  for await (const chunk of response.chunks()) text += new TextDecoder().decode(chunk);
  return text;
}

describe('a request by fetch', () => {
  it('SE-1 follows no redirect, which would take its credentials elsewhere', async () => {
    const fetch = vi.fn(async () => new Response());
    await fetchSend(fetch)(REQUEST, signal);
    const { url, ...init } = REQUEST;
    expect(fetch).toHaveBeenCalledExactlyOnceWith(url, { ...init, signal, redirect: 'manual' });
  });
});

describe('a response of fetch', () => {
  it('is what was answered', async () => {
    const init = { status: 404, statusText: 'Gone', headers: { 'x-a': 'b' } };
    const response = await sent(new Response('ab', init));
    expect(response).toMatchObject({ status: 404, statusText: 'Gone' });
    expect([response.headers.get('X-A'), response.address]).toEqual(['b', undefined]);
    expect(await textOf(response)).toBe('ab');
  });

  it('may have no body', async () => {
    const response = await sent(new Response(null));
    expect(await textOf(response)).toBe('');
    response.discard();
  });

  it('is closed if it is not read to its end', async () => {
    const { body, cancel } = openBody('a', 'b');
    for await (const chunk of (await sent(new Response(body))).chunks()) {
      expect(chunk).toHaveLength(1);
      break;
    }
    expect(cancel).toHaveBeenCalledOnce();
  });

  it('is closed if it is not read at all, and left alone while it is read', async () => {
    const unread = openBody('a');
    (await sent(new Response(unread.body))).discard();
    expect(unread.cancel).toHaveBeenCalledOnce();
    const reading = openBody('a');
    const response = await sent(new Response(reading.body));
    const chunks = response.chunks()[Symbol.asyncIterator]();
    await chunks.next();
    response.discard();
    expect(reading.cancel).not.toHaveBeenCalled();
  });
});
