import { describe, expect, it } from 'vitest';
import { HttpLog } from './http-log.ts';
import { identify, isResponse, notAuthenticated } from './identify.ts';
import type { Authenticate } from './policy.ts';
import { withProtection } from './protection.ts';
import { withReason } from './refusal-reasons.ts';
import { headOf, recordingLogger } from './test-support/head.ts';

const TOKEN = 's3cret-token';

async function identified(authenticate: (...args: never[]) => unknown) {
  const lines: string[] = [];
  const head = headOf({ authorization: `Bearer ${TOKEN}` });
  const identity = await identify(
    head,
    authenticate as Authenticate,
    new HttpLog(recordingLogger(lines)),
  );
  return { ...identity, lines };
}

const ada = { issuer: 'https://id.example', subject: 'ada' };

describe('AU-2 who calls', () => {
  it('is whom authenticate names, of whom a copy is kept', async () => {
    const given = { ...ada };
    const { principal, rejection, recheck, lines } = await identified(async () => given);
    given.subject = 'eve';
    expect(principal).toEqual(ada);
    expect([rejection, recheck, lines]).toEqual([undefined, undefined, []]);
  });

  it('can be asked about again, where what verifies tokens can', async () => {
    const recheckOf = (principal: object) => async () => principal === ada;
    const protection = { recheckOf } as never;
    const { recheck } = await identified(withProtection(() => ada, protection));
    expect(await recheck!()).toBe(true);
  });

  it.each<[string, () => unknown, RegExp]>([
    ['returns nothing', () => undefined, /what http.authenticate returned must be an object/],
    ['names nobody', () => ({ issuer: 'i' }), /returned must have an issuer and a subject/],
    [
      'throws',
      () => {
        throw new TypeError(`not ${TOKEN}`);
      },
      /threw 'TypeError: not \[cred/,
    ],
    ['rejects', () => Promise.reject(new Error('down')), /threw 'Error: down'/],
  ])('is nobody if authenticate %s, and the log says why', async (_, authenticate, words) => {
    const { principal, rejection, lines } = await identified(authenticate);
    expect(principal).toBeUndefined();
    expect(rejection).toEqual(notAuthenticated());
    expect(lines).toEqual([expect.stringMatching(words)]);
    expect(lines[0]).not.toContain(TOKEN);
  });

  it('is nobody if what authenticate returned is another thing when it is read again', async () => {
    let reads = 0;
    const changing = {
      issuer: 'i',
      get subject() {
        return reads++ < 2 ? '' : 'ada';
      },
    };
    const { principal, lines } = await identified(() => changing);
    expect(principal).toBeUndefined();
    expect(lines).toEqual([expect.stringContaining('returned cannot be read twice')]);
  });

  it('a refusal says nothing of why', () => {
    const { status, body } = notAuthenticated();
    expect(status).toBe(401);
    expect(JSON.parse(body)).toEqual({
      jsonrpc: '2.0',
      error: { code: -32600, message: 'Not authenticated' },
    });
  });
});

describe('AU-2 a response of authenticate', () => {
  it('is sent as it is, but for what describes a connection', async () => {
    const headers = {
      'www-authenticate': 'Bearer',
      connection: 'close',
      'content-encoding': 'gzip',
      'content-length': '7',
      'keep-alive': 'timeout=5',
      'transfer-encoding': 'chunked',
      'x-own': '1',
    };
    const { rejection, lines } = await identified(
      () => new Response('sign in', { status: 401, headers }),
    );
    expect(rejection).toEqual({
      status: 401,
      headers: {
        'content-type': 'text/plain;charset=UTF-8',
        'www-authenticate': 'Bearer',
        'x-own': '1',
      },
      body: 'sign in',
    });
    expect(lines).toEqual([]);
  });

  it('may be the same object for many', async () => {
    const shared = new Response('no', { status: 403 });
    for (let i = 0; i < 2; i++) {
      const { rejection } = await identified(() => shared);
      expect(rejection).toMatchObject({ status: 403, body: 'no' });
    }
  });

  it('counts by its status, if it was read before or has no text', async () => {
    const read = new Response('no', { status: 403 });
    await read.text();
    const odd = { status: 403, headers: new Headers(), text: () => 7 };
    for (const found of [read, odd]) {
      expect((await identified(() => found)).rejection).toMatchObject({ status: 403, body: '' });
    }
  });

  it('may have a reason, for the log alone', async () => {
    const reason = `the token ${TOKEN} has expired`;
    const found = withReason(new Response('no', { status: 401 }), reason);
    const { rejection, lines } = await identified(() => found);
    expect(rejection!.body).toBe('no');
    expect(lines).toEqual([
      'warn A caller was refused with 401: the token [credentials] has expired.',
    ]);
  });

  const sound = { status: 200, headers: new Headers(), text: () => '' };

  it('may be of another class', () => expect(isResponse(sound)).toBe(true));

  it.each<[string, unknown]>([
    ['null', null],
    ['no object', 'no'],
    ['without a status', { ...sound, status: undefined }],
    ['with half a status', { ...sound, status: 200.5 }],
    ['without a text', { ...sound, text: 'no' }],
    ['without headers', { ...sound, headers: null }],
    ['with headers that are none', { ...sound, headers: {} }],
  ])('is none %s', (_, value) => expect(isResponse(value)).toBe(false));
});
