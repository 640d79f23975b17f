import { describe, expect, it } from 'vitest';
import { HttpLog } from './http-log.ts';
import { headOf, recordingLogger } from './test-support/head.ts';

/** The lines that `run` logs. */
function logged(run: (log: HttpLog) => void): string[] {
  const lines: string[] = [];
  run(new HttpLog(recordingLogger(lines)));
  return lines;
}

const sent = (authorization?: string) => headOf({ authorization }).headers;

describe('the log of what is refused', () => {
  it('names a host, or that there is none', () => {
    expect(logged((log) => log.hostRefused("a'\n"))).toEqual([
      expect.stringContaining(String.raw`for the host 'a\'\u{a}' was refused`),
    ]);
    for (const none of [null, '']) {
      expect(logged((log) => log.hostRefused(none))).toEqual([
        expect.stringContaining('A request without a host was refused'),
      ]);
    }
  });

  it('says the same once, and other things beside it', () => {
    const lines = logged((log) => {
      for (const host of ['a', 'a', 'b']) log.hostRefused(host);
      for (const origin of ['c', 'c']) log.originRefused(origin);
      for (let i = 0; i < 2; i++) log.notPrincipal('it', 'is none');
      for (let i = 0; i < 2; i++) log.bodyTaken('Clone it.');
      for (let i = 0; i < 2; i++) log.responseTaken();
    });
    expect(lines).toEqual([
      expect.stringMatching(/^warn .*'a'.*http\.allowedHosts/),
      expect.stringMatching(/^warn .*'b'.*http\.allowedHosts/),
      expect.stringMatching(/^warn .*'c'.*http\.allowedOrigins/),
      'warn A caller was refused with 401: it is none.',
      expect.stringMatching(/^warn .* 500.*Clone it\.$/),
      expect.stringMatching(/^warn .*reply\.hijack\(\)/),
    ]);
  });

  it('shows each failure as an error', () => {
    const lines = logged((log) => {
      for (let i = 0; i < 2; i++) log.failed('Serving', 'why');
    });
    expect(lines).toEqual(['error Serving failed: why', 'error Serving failed: why']);
  });
});

describe('A10 credentials', () => {
  const threw = (message: string, authorization?: string): string[] =>
    logged((log) => log.authenticateThrew(new Error(message), sent(authorization)));

  it.each([
    ['Bearer 12345678', 'token 12345678 of 12345678', 'token [credentials] of [credentials]'],
    ['12345678', 'token 12345678', 'token [credentials]'],
    ['Digest abcdefgh ijklmnop', 'no abcdefgh, ijklmnop', 'no [credentials], [credentials]'],
    ['Bearer 1234567', 'token 1234567', 'token 1234567'],
    ['Bearer 12345678', 'a Bearer is needed', 'a Bearer is needed'],
    ['a b c 12345678', 'no 12345678', 'no [credentials]'],
    ['a b c d 12345678', 'no 12345678', 'no 12345678'],
    [undefined, 'no 12345678', 'no 12345678'],
  ])('are not in the log: %j', (authorization, message, shown) => {
    expect(threw(message, authorization)).toEqual([
      `warn A caller was refused with 401: http.authenticate threw 'Error: ${shown}'.`,
    ]);
  });

  it('are not in the reason of a refusal either, which is one line', () => {
    const lines = logged((log) => log.callerRefused(403, 'not\n12345678', sent('Bearer 12345678')));
    expect(lines).toEqual(['warn A caller was refused with 403: not [credentials].']);
  });
});
