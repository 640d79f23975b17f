/** Options that are misspelled, misplaced or of the wrong type are refused where they are given. */
import { describe, expect, it } from 'vitest';
import { McpServer, type ServerOptions } from 'mcp-rondo';
import { Client } from 'mcp-rondo/client';
import { nodeHandler, serve } from 'mcp-rondo/node';
import { serveStdio } from 'mcp-rondo/stdio';
import { silent } from '../support/logger.ts';

const INFO = { name: 's', version: '1' };

/** Options as they come from JavaScript, or through a spread. */
const make = (options: unknown): McpServer => new McpServer(INFO, options as ServerOptions);

const authenticate = (): never => {
  throw new Error('nobody');
};

/** What a refusal is: with its code, and these words in its message. */
function refusal(words: string): unknown {
  return expect.objectContaining({
    code: 'invalid_options',
    message: expect.stringContaining(words) as string,
  });
}

describe('McpServer refuses an unknown option and names the right one', () => {
  it.each([
    [{ authenticate }, "'authenticate' is not an option of McpServer. It belongs under 'http'"],
    [{ allowedHosts: ['a'] }, "It belongs under 'http'"],
    [{ keys: [] }, "It belongs under 'state'"],
    [{ ttl: 1 }, "It belongs under 'state'"],
    [
      { cacheHints: { 'tools/list': { ttl: 1 } } },
      "Did you mean 'ttlMs'? 'ttl' itself belongs under 'state'",
    ],
    [{ cacheHints: { 'tools/list': { cacheScope: 'Publik' } } }, "'public' is the nearest"],
    [{ rounds: 2 }, "It belongs under 'limits'"],
    [{ port: 3000 }, "It belongs in the options of serve() of 'mcp-rondo/node'"],
    [{ http: { authentcate: authenticate } }, "Did you mean 'authenticate'?"],
    [{ http: { auth: authenticate } }, "Did you mean 'authenticate'?"],
    [{ http: { allowedHost: ['a'] } }, "Did you mean 'allowedHosts'?"],
    [{ http: { allowedOrigin: ['https://a.example'] } }, "Did you mean 'allowedOrigins'?"],
    [{ http: { logger: silent } }, 'It belongs in the options of McpServer itself'],
    [{ state: { key: 'k' } }, "'state.key' is not an option of McpServer. Did you mean 'keys'?"],
    [{ state: { authenticate } }, "It belongs under 'http'"],
    [{ limits: { round: 3 } }, "Did you mean 'rounds'?"],
    [{ cacheHints: { 'tools/lists': {} } }, "Did you mean 'tools/list'?"],
    [{ cacheHints: { 'tools/list': { scope: 'private' } } }, "Did you mean 'cacheScope'?"],
    [{ cacheHints: { 'resources/read': {} } }, "'cacheHint' of registerResource"],
    [{ prompt: true }, "Did you mean 'prompts'?"],
    [{ http: { relay: {} } }, 'It belongs in the options of McpServer itself'],
    [{ listenStreams: 0 }, "It belongs under 'limits'"],
    [{ routes: {} }, "It belongs in the options of serve() of 'mcp-rondo/node'"],
    [{ http: { streamAfter: 5 } }, "Did you mean 'openStreamAfter'?"],
    [{ capabilities: { tools: {} } }, 'follow from what is registered'],
    [{ requestState: { verify() {} } }, 'State is always sealed'],
  ])('%j', (options, words) => {
    expect(() => make(options)).toThrow(refusal(words));
  });
});

describe('McpServer refuses a value it cannot use, and says which', () => {
  const whole = [0, -1, 1.5, Number.NaN, Infinity, '5', null];
  const limits = 'rounds roundTimeout orderGrace sendings entries'.split(' ');

  it.each([
    ['pageSize', (value: unknown) => ({ pageSize: value })],
    ...['maxLength', 'ttl', 'flowTtl'].map(
      (name) => [`state.${name}`, (value: unknown) => ({ state: { [name]: value } })] as const,
    ),
    ...limits.map(
      (name) => [`limits.${name}`, (value: unknown) => ({ limits: { [name]: value } })] as const,
    ),
    ...['maxBodyBytes', 'maxConcurrentRequests', 'maxBytesInFlight'].map(
      (name) =>
        [
          `http.${name}`,
          (value: unknown) => ({ http: { maxBodyBytes: 7, [name]: value } }),
        ] as const,
    ),
  ] as const)('%s is a whole number above 0', (name, options) => {
    for (const value of whole) expect(() => make(options(value))).toThrow(refusal(`'${name}'`));
    make(options(7));
  });

  it.each([
    [
      'http.authenticate',
      [true, {}, null, 'Bearer x'].map((authenticate_) => ({
        http: { authenticate: authenticate_ },
      })),
    ],
    [
      'http.allowedHosts',
      [
        'mcp.example',
        [7],
        [''],
        ['https://mcp.example'],
        ['mcp.example:'],
        ['mcp.example:0'],
        ['mcp.example:08443'],
        ['mcp.example:https'],
        ['user@mcp.example'],
        ['mcp.example/mcp'],
        ['::1'],
        ['*'],
        ['*.example'],
        ['*.example:8443'],
        ['münchen.example'],
        null,
      ].map((allowedHosts) => ({ http: { allowedHosts } })),
    ],
    [
      'http.allowedOrigins',
      [
        'https://a.example',
        ['a.example'],
        ['https://a.example/'],
        ['https://a.example:443'],
        ['HTTPS://a.example'],
        ['https://*'],
        ['https://*.example'],
        ['*'],
        ['null'],
        ['file://*'],
        ['wss://a.example'],
        ['vscode-webview:*'],
        ['vscode-webview://*/'],
        ['vscode-webview://'],
        ['tauri://localhost/'],
        [undefined],
        null,
      ].map((allowedOrigins) => ({ http: { allowedOrigins } })),
    ],
    [
      'http.openStreamAfter',
      [0, -1, 1.5, Infinity, Number.NaN, 2 ** 31, '5', true, null].map((openStreamAfter) => ({
        http: { openStreamAfter },
      })),
    ],
    ['http.cors', ['true', 1, null].map((cors) => ({ http: { cors } }))],
    ['http', [null, true, [], 'on'].map((http) => ({ http }))],
    ['state', [null, 'k', ['k']].map((state) => ({ state }))],
    ['state.keys', ['k', null, new Uint8Array(32)].map((keys) => ({ state: { keys } }))],
    [
      'state.protection',
      [null, true, 'none', 'sealed'].map((protection) => ({ state: { protection } })),
    ],
    [
      'cacheHints.tools/list.ttlMs',
      [-1, 0.5, '1'].map((ttlMs) => ({ cacheHints: { 'tools/list': { ttlMs } } })),
    ],
    [
      'cacheHints.tools/list.cacheScope',
      [{ cacheHints: { 'tools/list': { cacheScope: 'shared' } } }],
    ],
    [
      'extensions',
      [[], { x: {} }, { 'example.com/x': true }].map((extensions) => ({ extensions })),
    ],
    ['logger', [null, () => {}, { warn() {}, error() {} }].map((logger) => ({ logger }))],
    [
      'limits.listenStreams',
      [-1, 1.5, Number.NaN, Infinity, '5', null].map((listenStreams) => ({
        limits: { listenStreams },
      })),
    ],
    ...['tools', 'prompts', 'resources'].map((name): [string, unknown[]] => [
      name,
      [[], {}, 'yes', 1, null].map((value) => ({ [name]: value })),
    ]),
    [
      'relay',
      [null, true, () => {}, { publish() {} }, { publish() {}, subscribe: 1 }].map((relay) => ({
        relay,
      })),
    ],
    ['instructions', [7, null].map((instructions) => ({ instructions }))],
    ['audience', ['', 7, null].map((audience) => ({ audience }))],
    ['on', [{ on: 'log' }, { on: [() => {}, 'log'] }]],
    ['store', [{ store: {} }, { store: 'memory' }]],
    ['now', [{ now: 5 }]],
  ])('%s', (name, bad) => {
    for (const options of bad) expect(() => make(options)).toThrow(refusal(`'${name}'`));
  });

  it('options that are not an object', () => {
    for (const options of [null, 3000, 'x', [], authenticate]) {
      expect(() => make(options)).toThrow(refusal('The options of McpServer must be an object'));
    }
  });

  it('without showing a state key', () => {
    const secret = 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXM';
    for (const keys of [secret, [secret, 7], { secret }]) {
      const hidden = expect.not.stringContaining(secret.slice(0, 8)) as string;
      const expected = expect.objectContaining({ code: 'invalid_options', message: hidden });
      expect(() => make({ state: { keys } })).toThrow(expected);
    }
  });
});

describe('McpServer refuses options that exclude each other', () => {
  it.each([
    [{ http: { maxBytesInFlight: 4 * 2 ** 20 - 1 } }, 'at least http.maxBodyBytes'],
    [{ http: { allowedOrigins: '*' } }, 'needs http.authenticate or http.allowedHosts'],
  ])('%j', (options, words) => {
    expect(() => make(options)).toThrow(refusal(words));
  });

  it('but takes what makes sense together', () => {
    make({ limits: { listenStreams: 0 }, prompts: true, tools: false });
    make({ http: { maxBodyBytes: 5, maxBytesInFlight: 5 } });
    make({ http: { allowedOrigins: '*', authenticate } });
    make({ http: { allowedOrigins: '*', allowedHosts: ['mcp.example', 'mcp.example:8443'] } });
  });
});

describe('McpServer takes options as they are given', () => {
  it('undefined members are absent, and nothing of the caller is changed', () => {
    const http = Object.freeze({
      authenticate: undefined,
      allowedHosts: undefined,
      cors: undefined,
    });
    const limits = Object.freeze({
      rounds: undefined,
      entries: undefined,
      roundTimeout: undefined,
    });
    const options = {
      http,
      limits,
      state: { keys: undefined, ttl: undefined },
      stranger: undefined,
    };
    const server = make(Object.freeze(options));
    expect(server.httpPolicy).toEqual(new McpServer(INFO).httpPolicy);
    expect(options.limits).toBe(limits);
  });

  it('what is changed afterwards changes nothing', () => {
    const allowedHosts = ['mcp.example'];
    const http = { allowedHosts, cors: false };
    const server = new McpServer(INFO, { http });
    allowedHosts.push('evil.example');
    http.cors = true;
    expect(server.httpPolicy.allowedHosts?.has('mcp.example')).toBe(true);
    expect(server.httpPolicy.allowedHosts?.has('evil.example')).toBe(false);
    expect(server.httpPolicy.cors).toBe(false);
  });

  it('an update with undefined does not show what was hidden', async () => {
    const server = new McpServer(INFO);
    server.registerTool('shown', {}, () => 'x');
    const hidden = server.registerTool('hidden', { visible: () => false }, () => 'x');
    hidden.update({ title: 'Hidden', visible: undefined });
    const tools = await new Client(server, { name: 'c', version: '1' }).listTools();
    expect(tools.map(({ name }) => name)).toEqual(['shown']);
  });

  it('data that travels keeps members nobody knows', async () => {
    const server = new McpServer({ ...INFO, motto: 'again' } as typeof INFO, {
      extensions: { 'example.com/x': { anything: { goes: true } } },
    });
    expect(server.serverInfo).toMatchObject({ motto: 'again' });
  });
});

describe('serving refuses what it does not know or cannot use', () => {
  it.each([
    [{ authenticate }, "'authenticate' is not an option of serve(). It belongs under 'http'"],
    [{ allowedHosts: ['a'] }, "It belongs under 'http' in the options of McpServer"],
    [{ hostname: '0.0.0.0' }, "Did you mean 'host'?"],
    [{ port: '3000' }, "'port'"],
    [{ port: -1 }, "'port'"],
    [{ port: 70_000 }, "'port'"],
    [{ host: '' }, "'host'"],
    [{ host: null }, "'host'"],
    [{ path: 'mcp' }, 'must begin with a slash'],
    [{ path: '/mcp?x' }, "'path'"],
    [{ path: '/mcp#x' }, "'path'"],
    [{ path: '/café' }, 'encoded as in URLs'],
    [{ path: '/a/../mcp' }, "'path'"],
    [{ path: '//mcp' }, "'path'"],
    [{ routes: [] }, "'routes'"],
    [{ routes: { healthz: () => {} } }, "has 'healthz'"],
    [{ routes: { '/healthz?x': () => {} } }, "has '/healthz?x'"],
    [{ routes: { '/a*': () => {} } }, "has '/a*'"],
    [{ routes: { '/*/a': () => {} } }, "has '/*/a'"],
    [{ routes: { '/é': () => {} } }, "has '/é'"],
    [{ routes: { '/a/./b': () => {} } }, "has '/a/./b'"],
    [{ routes: { '/healthz': 'ok' } }, 'must be a function'],
    [{ routes: { '/healthz': undefined } }, 'must be a function'],
    [{ routes: { '/mcp': () => {} } }, "under the path of the server, '/mcp'"],
    [{ routes: { '/mcp/*': () => {} } }, 'under the path of the server'],
    [{ routes: { '/mcp/healthz': () => {} } }, 'under the path of the server'],
    [{ path: '/api', routes: { '/api/x': () => {} } }, "'/api'"],
    [{ signals: true }, "'signals'"],
    [{ signals: ['TERM'] }, "'signals'"],
    [{ grace: -1 }, "'grace'"],
    [{ grace: 2 ** 31 }, "'grace'"],
    [3000, 'The options of serve() must be an object'],
  ])('serve(server, %j)', async (options, words) => {
    await expect(serve(make({}), options as never)).rejects.toEqual(refusal(words));
  });

  it.each([
    [{ authenticate }, "It belongs under 'http' in the options of McpServer"],
    [{ loopback: true }, "Did you mean 'onLoopback'?"],
    [{ onLoopback: 'yes' }, "'onLoopback'"],
    [true, 'The options of nodeHandler() must be an object'],
  ])('nodeHandler(server, %j)', (options, words) => {
    expect(() => nodeHandler(make({}), options as never)).toThrow(refusal(words));
  });

  it.each([
    [{ principle: {} }, "Did you mean 'principal'?"],
    [{ principal: { subject: 'ada' } }, 'an issuer and a subject'],
    [{ principal: { issuer: 'i', subject: '' } }, 'an issuer and a subject'],
    [{ principal: 'ada' }, "'principal'"],
    [{ principal: null }, "'principal'"],
    [{ maxMessageBytes: 0 }, "'maxMessageBytes'"],
    [{ grace: Number.NaN }, "'grace'"],
    [{ input: 'stdin' }, "'input'"],
    [{ output: process }, "'output'"],
  ])('serveStdio(server, %j), and leaves the console alone', (options, words) => {
    const { log } = console;
    expect(() => serveStdio(make({}), options as never)).toThrow(refusal(words));
    expect(console.log).toBe(log);
  });
});
