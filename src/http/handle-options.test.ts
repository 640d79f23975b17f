import { describe, expect, it } from 'vitest';
import type { Dispatcher } from '../protocol/dispatcher.ts';
import { givenPrincipal } from './handle-options.ts';
import { notAuthenticated } from './identify.ts';
import { type HttpOptions, resolveHttpPolicy } from './policy.ts';
import { recordingLogger } from './test-support/head.ts';

const ada = { issuer: 'https://id.example', subject: 'ada' };

function given(options: object, { http = {} as HttpOptions, loopbackOnly = false } = {}) {
  const lines: string[] = [];
  const policy = resolveHttpPolicy(recordingLogger(lines), http);
  const found = givenPrincipal(options, policy, { loopbackOnly } as unknown as Dispatcher);
  return { found, lines };
}

describe('AU-2 the caller that comes with a request', () => {
  it('is a principal, or nobody', () => {
    expect(given({ principal: ada })).toEqual({ found: { principal: ada }, lines: [] });
    expect(given({}).found).toEqual({});
    expect(given({ principal: undefined }).found).toEqual({});
  });

  it.each([null, {}, { issuer: 'i' }, 'ada'])('is refused if it names nobody: %j', (principal) => {
    const { found, lines } = given({ principal });
    expect(found).toEqual({ rejection: notAuthenticated() });
    expect(lines).toEqual([expect.stringContaining('the principal that came with it must')]);
  });

  it('is refused if it is another one when it is read again', () => {
    let reads = 0;
    const principal = {
      issuer: 'i',
      get subject() {
        return reads++ < 2 ? '' : 'ada';
      },
    };
    const { found, lines } = given({ principal });
    expect(found).toEqual({ rejection: notAuthenticated() });
    expect(lines).toEqual([expect.stringContaining('has changed')]);
  });

  it('is not taken where the server authenticates by itself', () => {
    const http = { authenticate: () => ada };
    expect(() => given({ principal: ada }, { http })).toThrow('http.authenticate');
    expect(given({}, { http }).found).toEqual({});
  });

  it('S5 is not taken where states are not protected', () => {
    expect(() => given({ principal: ada }, { loopbackOnly: true })).toThrow('protected state');
    expect(given({}, { loopbackOnly: true }).found).toEqual({});
  });

  it.each([
    [{ principle: ada }, 'principal'],
    [{ authInfo: {} }, 'does not identify the user'],
    [{ parsedBody: {} }, 'third argument'],
  ])('is misspelled in %j', (options, words) => {
    expect(() => given(options)).toThrow(words);
  });
});
