import { describe, expect, it, vi } from 'vitest';
import { HttpConnection } from './http-connection.ts';
import type { HttpClientOptions } from './options.ts';
import type { HttpResponse } from './send.ts';
import { digestOf } from './challenge.ts';

const { signal } = new AbortController();

type Answer = Response | Error | (() => Response | Error);

/** A connection to a server that answers so, one request after the other; the last one again. */
function connected(answers: Answer[], options: HttpClientOptions = {}) {
  const sent: RequestInit[] = [];
  const fetch = async (_: unknown, init?: RequestInit): Promise<Response> => {
    const answer = answers[Math.min(sent.length, answers.length - 1)]!;
    sent.push(init!);
    const made = typeof answer === 'function' ? answer() : answer;
    if (made instanceof Error) throw made;
    return made;
  };
  const url = new URL('https://mcp.example/mcp?secret=1');
  const connection = new HttpConnection(url, { ...options, fetch });
  const headers = { 'Content-Type': 'application/json' };
  const send = (given = signal): Promise<HttpResponse> =>
    connection.send({ method: 'POST', headers, body: '{"method":"tools/list"}' }, given);
  return { connection, send, sent };
}

const refusal = (status = 401): Response =>
  new Response('no', { status, headers: { 'www-authenticate': 'Bearer' } });

describe('a request to a server', () => {
  it.each<[string, HttpClientOptions['headers'], object]>([
    ['none', undefined, {}],
    ['an object', { a: 'b' }, { a: 'b' }],
    ['a function', async ({ url }) => ({ a: url }), { a: 'https://mcp.example/mcp?secret=1' }],
  ])('has headers of the caller: %s', async (_, headers, more) => {
    const { send, sent } = connected([new Response()], headers && { headers });
    await send();
    expect(sent[0]!.headers).toEqual({ 'Content-Type': 'application/json', ...more });
  });

  it('is not sent once it was given up while its headers were made', async () => {
    const abort = new AbortController();
    const headers = () => {
      abort.abort(new Error('left'));
      return {};
    };
    const { send, sent } = connected([new Response()], { headers });
    await expect(send(abort.signal)).rejects.toThrow('left');
    expect(sent).toEqual([]);
  });

  it.each<[Error, string]>([
    [new Error('no route'), 'no route'],
    [new Error('fetch failed', { cause: new Error('refused') }), 'fetch failed: refused'],
    [new Error('odd', { cause: 7 }), 'odd'],
  ])('that does not arrive says why, without the query: %s', async (error, why) => {
    const failed = connected([error]).send();
    await expect(failed).rejects.toMatchObject({ code: 'transport_failed', cause: error });
    const message = `https://mcp.example/mcp could not be reached: ${why}.`;
    await expect(failed).rejects.toHaveProperty('message', message);
  });

  const redirect = (status: number, cancel: () => void): Response =>
    new Response(new ReadableStream({ cancel }), {
      status,
      headers: { location: 'https://evil.example' },
    });

  it.each([300, 302, 399])('SE-1 follows no redirect, and closes it: %d', async (status) => {
    const cancel = vi.fn();
    const sent = connected([redirect(status, cancel)]).send();
    await expect(sent).rejects.toThrow('redirect to https://evil.example, which is not followed');
    expect(cancel).toHaveBeenCalledOnce();
  });

  it.each([299, 400])('is answered by %d, wherever that points', async (status) => {
    expect((await connected([redirect(status, () => {})]).send()).status).toBe(status);
  });

  it('may be answered with a redirect to nowhere', async () => {
    expect((await connected([new Response(null, { status: 304 })]).send()).status).toBe(304);
  });
});

describe('a request that is refused', () => {
  it.each([401, 403])('with %d is sent again with other credentials', async (status) => {
    let token = 'old';
    const authorize = vi.fn(async () => {
      token = 'new';
      return true;
    });
    const headers = () => ({ AUTHORIZATION: token });
    const { send, sent } = connected([refusal(status), new Response('ok')], { authorize, headers });
    expect((await send()).status).toBe(200);
    expect(sent.map((init) => (init.headers as Record<string, string>)['AUTHORIZATION'])).toEqual([
      'old',
      'new',
    ]);
    expect(authorize).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ status, operation: 'tools/list', sent: await digestOf('old') }),
    );
  });

  it('is the answer where there are none, or nobody is asked', async () => {
    expect((await connected([refusal()]).send()).status).toBe(401);
    const authorize = vi.fn(() => false);
    expect((await connected([refusal()], { authorize }).send()).status).toBe(401);
    expect(authorize).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ sent: undefined }));
    const failing = vi.fn(() => true);
    expect((await connected([refusal(500)], { authorize: failing }).send()).status).toBe(500);
    expect(failing).not.toHaveBeenCalled();
  });

  it('is closed before it is sent again, and where asking fails', async () => {
    const cancel = vi.fn();
    const open = () => new Response(new ReadableStream({ cancel }), { status: 401 });
    await connected([open, new Response()], { authorize: () => true }).send();
    expect(cancel).toHaveBeenCalledTimes(1);
    const authorize = () => Promise.reject(new Error('closed'));
    await expect(connected([open], { authorize }).send()).rejects.toThrow('closed');
    expect(cancel).toHaveBeenCalledTimes(2);
  });
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function inPieces(...pieces: Uint8Array[]): Response {
  const start = (stream: ReadableStreamDefaultController): void => {
    for (const piece of pieces) stream.enqueue(piece);
    stream.close();
  };
  return new Response(new ReadableStream({ start }));
}

async function textOf(answer: Response, options?: HttpClientOptions): Promise<string> {
  const { connection, send } = connected([answer], options);
  return connection.readText(await send());
}

async function events(answer: Response, options?: HttpClientOptions) {
  const { connection, send } = connected([answer], options);
  const got: string[] = [];
  let steps = 0;
  const listener = {
    onEvent: ({ data }: { data: string }) => void got.push(data),
    onRetry: (ms: number) => void got.push(`retry ${ms}`),
  };
  for await (const _ of connection.readStream(await send(), listener)) steps++;
  return { got, steps };
}

describe('SE-1 what a server sends', () => {
  it('may be as large as is allowed, and no larger', async () => {
    const four = { maxMessageBytes: 4 };
    expect(await textOf(inPieces(bytes('ab'), bytes('cd')), four)).toBe('abcd');
    await expect(textOf(inPieces(bytes('ab'), bytes('cde')), four)).rejects.toMatchObject({
      code: 'invalid_response',
      message: expect.stringContaining('more than 4 bytes'),
    });
  });

  it('may be cut anywhere, and has to be UTF-8', async () => {
    const [one, two] = bytes('é');
    expect(await textOf(inPieces(new Uint8Array([one!]), new Uint8Array([two!])))).toBe('é');
    for (const wrong of [new Uint8Array([0xff]), new Uint8Array([one!])]) {
      await expect(textOf(inPieces(wrong))).rejects.toMatchObject({ code: 'invalid_response' });
    }
  });

  it('may break off', async () => {
    const pull = (stream: ReadableStreamDefaultController) => stream.error(new Error('reset'));
    await expect(textOf(new Response(new ReadableStream({ pull })))).rejects.toMatchObject({
      code: 'transport_failed',
      message: 'https://mcp.example/mcp broke off its response: reset.',
    });
  });

  it('may be a stream, of events and of when to come back', async () => {
    const pieces = ['data: 1\r', '\n\r\ndata: 2\n\nretry: 5\n', 'data: 3\n\n'].map(bytes);
    expect(await events(inPieces(...pieces))).toEqual({
      got: ['1', '2', 'retry 5', '3'],
      steps: 3,
    });
  });

  it('may be no event that is too large', async () => {
    const large = inPieces(bytes(`data: ${'x'.repeat(50)}`), bytes('\n\n'));
    await expect(events(large, { maxMessageBytes: 20 })).rejects.toThrow('more than 20 bytes');
    const odd = inPieces(bytes('nonsense\nretry: soon\ndata: 1\n\n'));
    expect((await events(odd, { maxMessageBytes: 20 })).got).toEqual(['1']);
  });
});

describe('the error for a response that is no message', () => {
  const message = async (answer: Response): Promise<string> => {
    const { connection, send } = connected([answer]);
    return connection.noMessage(await send()).message;
  };
  const html = { 'content-type': 'Text/HTML; charset=utf-8' };

  it('says what it is instead', async () => {
    expect(await message(new Response('x', { headers: html }))).toContain('200 and text/html, not');
    expect(await message(new Response(null, { status: 204 }))).toContain('204 and no content, not');
  });

  it('shows no more of its type than a line has', async () => {
    const long = { 'content-type': 'x'.repeat(1_000) };
    expect(await message(new Response('x', { headers: long }))).toMatch(/ x{100}, not/);
    const odd = { 'content-type': 'a/b ; c' };
    expect(await message(new Response('x', { headers: odd }))).toContain('and a/b, not');
  });

  it('says that there is none, as for a redirect in a browser', async () => {
    expect(await message(Response.error())).toBe('https://mcp.example/mcp answered with HTTP 0.');
  });

  it('says the status of an error', async () => {
    const gone = new Response('x', { status: 410, statusText: 'Gone', headers: html });
    expect(await message(gone)).toBe('https://mcp.example/mcp answered with HTTP 410 Gone.');
    const bare = new Response('x', { status: 300 });
    expect(await message(bare)).toBe('https://mcp.example/mcp answered with HTTP 300.');
  });
});
