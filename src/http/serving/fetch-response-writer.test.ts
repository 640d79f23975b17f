import { describe, expect, it } from 'vitest';
import { reject } from '../check-head.ts';
import { SSE_MAX_UNREAD } from '../sse.ts';
import { FetchResponseWriter } from './fetch-response-writer.ts';

const CORS = { vary: 'Origin' };

function opened() {
  let gone = 0;
  const writer = new FetchResponseWriter(CORS, () => void gone++);
  return { writer, gone: () => gone };
}

const all = async (response: Response) => ({
  status: response.status,
  headers: Object.fromEntries(response.headers),
  body: await response.text(),
});

describe('a web response', () => {
  it('is JSON with the headers of its reply, and those for all', async () => {
    const { writer } = opened();
    writer.send(404, '{}', { 'x-own': '1' });
    expect(await all(await writer.response)).toEqual({
      status: 404,
      headers: { 'content-type': 'application/json', vary: 'Origin', 'x-own': '1' },
      body: '{}',
    });
  });

  it('has no type where it is empty', async () => {
    const { writer } = opened();
    writer.send(202, '');
    const response = await writer.response;
    expect([response.body, await all(response)]).toEqual([
      null,
      { status: 202, headers: CORS, body: '' },
    ]);
  });

  it('is a refusal', async () => {
    const { writer } = opened();
    writer.reject(reject(403, 'No'));
    const { status, headers } = await all(await writer.response);
    expect([status, headers]).toEqual([403, { 'content-type': 'application/json', ...CORS }]);
  });

  it('HS-12 is a stream, with what is written in order', async () => {
    const { writer } = opened();
    writer.openStream();
    writer.write('a');
    writer.end('é');
    expect(await all(await writer.response)).toMatchObject({
      status: 200,
      headers: { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no', ...CORS },
      body: 'aé',
    });
  });

  it('cannot wait for another request', () => expect(opened().writer.canWait).toBe(false));
});

describe('what a client has not read of a web response', () => {
  it('is counted in bytes', async () => {
    const { writer } = opened();
    expect(writer.unread).toBe(0);
    writer.openStream();
    expect(writer.unread).toBe(0);
    writer.write('é'.repeat(1_000));
    expect(writer.unread).toBe(2_000);
    writer.write('x'.repeat(SSE_MAX_UNREAD));
    expect(writer.unread).toBe(SSE_MAX_UNREAD + 2_000);
    await (await writer.response).body!.getReader().read();
    expect(writer.unread).toBe(SSE_MAX_UNREAD);
  });
});

describe('HS-14 a client that leaves a web response', () => {
  it('is noticed by its stream, to which nothing can be written any more', async () => {
    const { writer, gone } = opened();
    writer.openStream();
    await (await writer.response).body!.cancel();
    expect(gone()).toBe(1);
    writer.write('a');
    writer.end('b');
    writer.abort();
    writer.clientGone();
  });

  it('has a response all the same, which says so', async () => {
    const { writer } = opened();
    writer.clientGone();
    expect(await all(await writer.response)).toMatchObject({ status: 499, body: '' });
  });

  it('has its stream ended', async () => {
    const { writer } = opened();
    writer.openStream();
    writer.write('a');
    writer.clientGone();
    expect(await (await writer.response).text()).toBe('a');
  });

  it('SE-1 and does not read has its stream broken off, or a 500', async () => {
    const streaming = opened().writer;
    streaming.openStream();
    streaming.abort();
    await expect((await streaming.response).text()).rejects.toThrow('does not read');
    const { writer } = opened();
    writer.abort();
    expect((await writer.response).status).toBe(500);
  });
});
