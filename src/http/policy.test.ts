import { describe, expect, it } from 'vitest';
import { readOptions } from '../base/options/options.ts';
import {
  type HttpOptions,
  HTTP_OPTIONS,
  assertServableOnLoopback,
  resolveHttpPolicy,
} from './policy.ts';
import { recordingLogger } from './test-support/head.ts';

const resolve = (options?: HttpOptions, servesOld?: boolean) =>
  resolveHttpPolicy(recordingLogger(), options, servesOld);

const read = (options: object) => readOptions({ of: 'http', table: HTTP_OPTIONS }, options);

const authenticate = () => ({ issuer: 'i', subject: 's' });

describe('how a server is served over HTTP', () => {
  it('is safe by default', () => {
    const { allowedOrigins, ...policy } = resolve();
    expect(policy).toMatchObject({
      allowedHosts: undefined,
      cors: false,
      authenticate: undefined,
      maxBodyBytes: 4_194_304,
      maxConcurrentRequests: 1_000,
      maxBytesInFlight: 67_108_864,
      openStreamAfter: undefined,
      servesOld: false,
    });
    expect(allowedOrigins.isEverything).toBe(false);
    expect(allowedOrigins.has('https://app.example')).toBe(false);
  });

  it('is as it was chosen', () => {
    const options = {
      allowedOrigins: ['https://app.example'],
      allowedHosts: ['mcp.example'],
      cors: true,
      authenticate,
      maxBodyBytes: 10,
      maxConcurrentRequests: 20,
      maxBytesInFlight: 30,
      openStreamAfter: 40,
    };
    const { allowedOrigins, allowedHosts, log: _, ...policy } = resolve(options, true);
    const { allowedOrigins: __, allowedHosts: ___, ...rest } = options;
    expect(policy).toEqual({ ...rest, servesOld: true });
    expect(allowedOrigins.has('https://app.example')).toBe(true);
    expect(allowedHosts!.has('mcp.example')).toBe(true);
  });

  it('SE-1 takes 16 bodies at once, and at least one', () => {
    expect(resolve({ maxBodyBytes: 10 }).maxBytesInFlight).toBe(160);
    expect(resolve({ maxBodyBytes: 10, maxBytesInFlight: 10 }).maxBytesInFlight).toBe(10);
    const less = { maxBodyBytes: 10, maxBytesInFlight: 9 };
    expect(() => resolve(less)).toThrow('maxBytesInFlight must be at least');
  });

  it('HS-2 lets every page call only where callers or hosts are checked', () => {
    const allowedOrigins = '*' as const;
    expect(() => resolve({ allowedOrigins })).toThrow("allowedOrigins: '*'");
    expect(resolve({ allowedOrigins, authenticate }).allowedOrigins.isEverything).toBe(true);
    const hosts = resolve({ allowedOrigins, allowedHosts: ['mcp.example'] });
    expect(hosts.allowedOrigins.isEverything).toBe(true);
  });

  it('HS-2 lets no page that a user visits call a server on the user\u2019s machine', () => {
    const all = resolve({ allowedOrigins: '*', authenticate });
    expect(() => assertServableOnLoopback(all)).toThrow("allowedOrigins: '*'");
    expect(() =>
      assertServableOnLoopback(resolve({ allowedOrigins: ['https://app.example'] })),
    ).not.toThrow();
  });
});

describe('options of http', () => {
  it.each<[object]>([
    [{ allowedOrigins: '*' }],
    [{ allowedOrigins: [] }],
    [{ allowedOrigins: ['https://app.example', 'vscode-webview://*'] }],
    [{ allowedHosts: ['mcp.example:8443'] }],
    [{ cors: true, authenticate }],
    [{ maxBodyBytes: 1, maxConcurrentRequests: 1, maxBytesInFlight: 1, openStreamAfter: 1 }],
  ])('can be %j', (options) => expect(read(options)).toEqual(options));

  it.each<[object, string]>([
    [{ allowedOrigins: 'https://app.example' }, 'https://app.example or vscode-webview://\\*'],
    [{ allowedOrigins: ['*'] }, 'must be an array of origins'],
    [{ allowedOrigins: [7] }, 'must be an array of origins'],
    [{ allowedHosts: ['https://mcp.example'] }, 'must be an array of host names'],
    [{ allowedHosts: 'mcp.example' }, 'must be an array of host names'],
    [{ cors: 'yes' }, 'true or false'],
    [{ authenticate: 'yes' }, 'authenticate'],
    [{ maxBodyBytes: 0 }, 'maxBodyBytes'],
    [{ maxConcurrentRequests: 0 }, 'maxConcurrentRequests'],
    [{ maxBytesInFlight: 1.5 }, 'maxBytesInFlight'],
    [{ openStreamAfter: 0 }, 'openStreamAfter'],
    [{ openStreamAfter: 2 ** 31 }, 'openStreamAfter'],
  ])('cannot be %j', (options, words) => {
    expect(() => read(options)).toThrow(new RegExp(words));
  });
});
