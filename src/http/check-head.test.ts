import { describe, expect, it } from 'vitest';
import { isLoopback } from '../base/loopback.ts';
import {
  type IsOwnHost,
  type Rejection,
  bodyTaken,
  checkCaller,
  checkHead,
  corsHeaders,
  encoded,
  isEncoded,
  isRejection,
  onlyGet,
  reject,
  rejectWith,
  toResponse,
  tooLarge,
  tooMany,
  tooSlow,
} from './check-head.ts';
import { HttpLog } from './http-log.ts';
import { type HttpOptions, resolveHttpPolicy } from './policy.ts';
import { headOf, recordingLogger } from './test-support/head.ts';
import { RpcError } from '../protocol/rpc-error.ts';

type Sent = Readonly<Record<string, string | undefined>>;

const SOUND: Sent = {
  host: 'localhost:3000',
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
};

interface Setting {
  readonly method?: string;
  readonly url?: string;
  readonly http?: HttpOptions;
  readonly own?: IsOwnHost;
  readonly servesOld?: boolean;
  readonly lines?: string[];
}

function policyOf({ http, servesOld = false, lines }: Setting) {
  return resolveHttpPolicy(recordingLogger(lines), http, servesOld);
}

function check(headers: Sent, setting: Setting = {}) {
  const head = headOf({ ...SOUND, ...headers }, setting.method, setting.url);
  return checkHead(head, policyOf(setting), setting.own);
}

function status(headers: Sent, setting?: Setting): number | undefined {
  const checked = check(headers, setting);
  return isRejection(checked) ? checked.status : undefined;
}

const messageIn = ({ body }: Rejection): string =>
  (JSON.parse(body) as { error: { message: string } }).error.message;

/** A server that only this machine can reach. */
const LOCAL: Setting = { own: isLoopback };

describe('HS-3 the host of a request', () => {
  it.each(['localhost', 'localhost:3000', '127.0.0.1:1', '[::1]:3000', 'LOCALHOST'])(
    'on this machine may be %s',
    (host) => expect(status({ host }, LOCAL)).toBeUndefined(),
  );

  it.each(['evil.example', 'evil.example:3000', 'localhost.evil.example', ''])(
    'on this machine may not be %j',
    (host) => expect(status({ host }, LOCAL)).toBe(403),
  );

  it('is that of its URL where there is no header, as in a request made in this process', () => {
    const none = { host: undefined };
    expect(status(none, { ...LOCAL, url: 'http://localhost/mcp' })).toBeUndefined();
    expect(status(none, { ...LOCAL, url: 'http://evil.example/mcp' })).toBe(403);
    expect(status(none, { ...LOCAL, url: '/mcp' })).toBe(403);
  });

  it('may be any where nothing is listed and others can reach the server', () => {
    expect(status({ host: 'evil.example' })).toBeUndefined();
    expect(status({ host: undefined })).toBeUndefined();
  });

  it('has to be listed where something is listed, also on this machine', () => {
    const http = { allowedHosts: ['mcp.example'] };
    for (const own of [undefined, isLoopback]) {
      expect(status({ host: 'mcp.example:8443' }, { http, own })).toBeUndefined();
      expect(status({ host: 'localhost' }, { http, own })).toBe(403);
      expect(status({ host: undefined }, { http, own })).toBe(403);
    }
  });

  it('is looked at before the page, the method and the media types, and logged', () => {
    const lines: string[] = [];
    const wrong = { host: 'evil.example', origin: 'https://evil.example', accept: 'text/html' };
    const checked = check(wrong, { ...LOCAL, method: 'PUT', lines }) as Rejection;
    expect([checked.status, messageIn(checked)]).toEqual([403, 'Host not allowed']);
    expect(lines).toEqual([expect.stringContaining("'evil.example'")]);
  });
});

describe('HS-2 the page that calls', () => {
  const LISTED: Setting = { http: { allowedOrigins: ['https://app.example'] } };

  it.each(['http://localhost:6274', 'http://127.0.0.1', 'https://[::1]:8443'])(
    'may be %s, of this machine, for a server on this machine',
    (origin) => expect(status({ origin }, LOCAL)).toBeUndefined(),
  );

  it.each(['https://evil.example', 'http://localhost.evil.example', 'null', 'localhost', ''])(
    'may not be %j',
    (origin) => expect(status({ origin }, LOCAL)).toBe(403),
  );

  it('on this machine may not call a server by the name of another', () => {
    const origin = 'http://localhost:6274';
    expect(status({ origin, host: 'mcp.example' })).toBe(403);
    expect(status({ origin, host: undefined })).toBe(403);
    expect(status({ origin, host: '' })).toBe(403);
  });

  it('on this machine may call a handler that was called by a name of this machine', () => {
    const origin = 'http://localhost:6274';
    expect(status({ origin })).toBeUndefined();
    expect(status({ origin, host: '127.0.0.1:80' })).toBeUndefined();
  });

  it('may be one that is listed, whatever the host', () => {
    const origin = 'https://app.example';
    expect(status({ origin, host: 'mcp.example' }, LISTED)).toBeUndefined();
    expect(status({ origin: 'https://other.example', host: 'mcp.example' }, LISTED)).toBe(403);
  });

  it('is refused with an error without an id, and logged', () => {
    const lines: string[] = [];
    const checked = check({ origin: 'https://evil.example' }, { lines }) as Rejection;
    expect(checked.headers).toEqual({ 'Content-Type': 'application/json' });
    expect(JSON.parse(checked.body)).toEqual({
      jsonrpc: '2.0',
      error: { code: -32600, message: 'Origin not allowed' },
    });
    expect(lines).toEqual([expect.stringContaining("'https://evil.example'")]);
  });

  it('is no matter for programs, which send no Origin', () => {
    const policy = policyOf({});
    expect(checkCaller(headOf({ host: 'mcp.example' }), policy, undefined)).toBeUndefined();
  });
});

describe('HS-1 the method', () => {
  it.each(['GET', 'DELETE', 'PUT', 'OPTIONS', 'HEAD'])('is POST, and not %s', (method) => {
    const checked = check({}, { method }) as Rejection;
    expect([checked.status, checked.headers['Allow']]).toEqual([405, 'POST']);
  });

  it('may be GET or DELETE where old clients are served', () => {
    const old: Setting = { servesOld: true };
    const stream = { accept: 'text/event-stream', 'content-type': undefined };
    for (const method of ['GET', 'DELETE']) {
      expect(check(stream, { ...old, method })).toEqual({ json: false, stream: true });
      const anything = check({ accept: undefined }, { ...old, method });
      expect(anything).toEqual({ json: true, stream: true });
    }
    for (const method of ['PUT', 'HEAD']) expect(status({}, { ...old, method })).toBe(405);
  });
});

describe('HC-2 the media types', () => {
  it.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'application/json ;charset=utf-8',
    'application/json;',
  ])('of a body may be %s', (type) => expect(status({ 'content-type': type })).toBeUndefined());

  it.each([
    undefined,
    '',
    'text/plain',
    'application/jsonp',
    'application/json-seq',
    'application/json, text/plain',
    'text/plain; application/json',
    'xapplication/json',
  ])('of a body may not be %j', (type) => expect(status({ 'content-type': type })).toBe(415));

  it.each<[string | undefined, boolean, boolean]>([
    [undefined, true, true],
    ['', true, true],
    ['*/*', true, true],
    ['text/html, */*;q=0.1', true, true],
    ['application/json', true, false],
    ['application/*', true, false],
    ['APPLICATION/JSON', true, false],
    ['text/event-stream', false, true],
    ['text/*', false, true],
    ['Text/Event-Stream;q=0.5', false, true],
    ['application/json, text/event-stream', true, true],
  ])('that a client accepts: %j', (accept, json, stream) => {
    expect(check({ accept })).toEqual({ json, stream });
  });

  it.each(['text/html', 'image/*', 'application/xml'])('of the answer cannot be %s', (accept) => {
    const checked = check({ accept }) as Rejection;
    expect(checked.status).toBe(406);
    expect(messageIn(checked)).toContain('text/event-stream');
  });

  it('of the body are looked at first', () => {
    expect(status({ accept: 'text/html', 'content-type': 'text/plain' })).toBe(415);
  });
});

describe('HS-2 the headers for pages', () => {
  const origin = 'https://app.example';
  const CORS: Setting = { http: { allowedOrigins: [origin], cors: true } };
  const headersFor = (headers: Sent, setting: Setting) =>
    corsHeaders(headOf({ ...SOUND, ...headers }), policyOf(setting), setting.own);

  it('name the page and what it may read', () => {
    expect(headersFor({ origin }, CORS)).toEqual({
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Expose-Headers': 'WWW-Authenticate, Retry-After',
      Vary: 'Origin',
    });
  });

  it('let it read the session too, where old clients are served', () => {
    expect(headersFor({ origin }, { ...CORS, servesOld: true })).toMatchObject({
      'Access-Control-Expose-Headers': 'WWW-Authenticate, Retry-After, Mcp-Session-Id',
    });
  });

  it('are for no other page, for no program, and off by default', () => {
    expect(headersFor({ origin: 'https://evil.example' }, CORS)).toBeUndefined();
    expect(headersFor({}, CORS)).toBeUndefined();
    expect(headersFor({ origin }, { http: { allowedOrigins: [origin] } })).toBeUndefined();
  });

  const preflight = (headers: Sent, setting: Setting) =>
    check(
      { 'content-type': undefined, ...headers },
      { ...setting, method: 'OPTIONS' },
    ) as Rejection;

  it('answer a preflight', () => {
    const asked = { origin, 'access-control-request-headers': 'content-type, mcp-method' };
    const answer = preflight(asked, CORS);
    expect([answer.status, answer.body]).toEqual([204, '']);
    expect(answer.headers).toMatchObject({
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Allow-Methods': 'POST',
      'Access-Control-Allow-Headers': 'content-type, mcp-method',
      'Access-Control-Max-Age': '600',
      Vary: 'Origin',
    });
    const old = preflight(asked, { ...CORS, servesOld: true });
    expect(old.headers).toMatchObject({ 'Access-Control-Allow-Methods': 'POST, GET, DELETE' });
  });

  it.each([undefined, 'x\r\nset-cookie: a=b', 'a;b', 'a/b', 'a b\u00e4', '*'])(
    'repeat nothing of a preflight that is no list of names: %j',
    (asked) => {
      const answer = preflight({ origin, 'access-control-request-headers': asked }, CORS);
      expect(answer.headers).toHaveProperty('Access-Control-Allow-Headers', '');
    },
  );

  it('answer no preflight of a page that may not call, nor without cors', () => {
    expect(preflight({ origin: 'https://evil.example' }, CORS).status).toBe(403);
    expect(preflight({ origin }, { http: { allowedOrigins: [origin] } }).status).toBe(405);
    expect(preflight({}, CORS).status).toBe(405);
  });

  it('are on no answer to another method', () => {
    const put = check({ origin }, { ...CORS, method: 'PUT' }) as Rejection;
    expect([put.status, Object.keys(put.headers)]).toEqual([405, ['Content-Type', 'Allow']]);
  });
});

describe('what a refusal says', () => {
  it('is a JSON-RPC error, with headers of its own', () => {
    const type = { 'Content-Type': 'application/json' };
    const error = { code: -32600, message: 'No' };
    expect(reject(400, 'No')).toEqual({
      status: 400,
      headers: type,
      body: JSON.stringify({ jsonrpc: '2.0', error }),
    });
    expect(rejectWith(500, new RpcError(-32603, 'Oh'), { 'X-A': 'b' })).toEqual({
      status: 500,
      headers: { ...type, 'X-A': 'b' },
      body: JSON.stringify({ jsonrpc: '2.0', error: { code: -32603, message: 'Oh' } }),
    });
  });

  it.each<[number, Rejection, Record<string, string>]>([
    [503, tooMany(), { 'Retry-After': '1' }],
    [415, encoded(), { 'Accept-Encoding': 'identity' }],
    [408, tooSlow(), {}],
    [405, onlyGet({ 'X-A': 'b' }), { 'X-A': 'b', Allow: 'GET, HEAD' }],
  ])('with the status %d: which headers help', (code, rejection, headers) => {
    expect(rejection.status).toBe(code);
    expect(rejection.headers).toEqual({ 'Content-Type': 'application/json', ...headers });
  });

  it('SE-1 names the limit that was passed', () => {
    expect([tooLarge(1_000).status, messageIn(tooLarge(1_000))]).toEqual([
      413,
      expect.stringContaining('1000 bytes'),
    ]);
  });

  it('advises who serves, and not the client, where the body was taken', () => {
    const lines: string[] = [];
    const rejection = bodyTaken(new HttpLog(recordingLogger(lines)), 'Clone it.');
    expect(rejection.status).toBe(500);
    expect(rejection.body).not.toContain('Clone');
    expect(lines).toEqual([expect.stringMatching(/^warn .*Clone it\.$/)]);
  });

  it('becomes a web response, with the headers for all of them', async () => {
    const response = toResponse(reject(403, 'No'), { Vary: 'Origin' });
    expect([response.status, response.headers.get('vary')]).toEqual([403, 'Origin']);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.text()).toContain('No');
    expect(toResponse({ status: 204, headers: {}, body: '' }, {}).body).toBeNull();
  });
});

describe('SE-1 a compressed body', () => {
  it.each(['gzip', 'br', 'identity, gzip', 'x'])('is one with %s', (encoding) =>
    expect(isEncoded(encoding)).toBe(true),
  );

  it.each([null, undefined, '', 'identity', 'Identity'])('is none with %j', (encoding) =>
    expect(isEncoded(encoding)).toBe(false),
  );
});
