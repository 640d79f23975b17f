/** Whether a server is of this revision or of an earlier one. */
import { describe, expect, it } from 'vitest';
import type { FlowSnapshot } from '../../../src/client/index.ts';
import { failure } from '../../support/bad-servers/calls.ts';
import { type Answer, ScriptedOldServer, failed, json } from '../../support/old-server/scripted.ts';

const html =
  (status: number): Answer =>
  () =>
    new Response('<p>Hello</p>', { status, headers: { 'content-type': 'text/html' } });
const error =
  (code: number, status = 200): Answer =>
  ({ message }) =>
    json({ id: message!.id, error: { code, message: 'No' } }, { status });
const result =
  (value: object): Answer =>
  ({ message }) =>
    json({ id: message!.id, result: value });

const DISCOVERED = { supportedVersions: ['2026-07-28'], capabilities: { tools: {} } };

const OLD: [string, Answer][] = [
  ...[400, 404, 405, 406, 415].map((status): [string, Answer] => [
    `HTTP ${status} with a message`,
    () => failed(status),
  ]),
  ['HTTP 404 with a page', html(404)],
  ['HTTP 400 with JSON that is no message', () => new Response('{"error":"bad"}', { status: 400 })],
  ...[-32000, -32600, -32601, -32602, -32603].map((code): [string, Answer] => [
    `error ${code} under 200`,
    error(code),
  ]),
  ['an empty result', result({})],
  ['a result without capabilities', result({ supportedVersions: [] })],
];

const MODERN: [string, Answer][] = [
  ['a result', result(DISCOVERED)],
  ...[-32020, -32021, -32022].flatMap((code) =>
    [200, 400].map((status): [string, Answer] => [
      `error ${code} under ${status}`,
      error(code, status),
    ]),
  ),
];

const NEITHER: [string, Answer][] = [
  ...[401, 403, 408, 425, 429, 500, 502, 503].map((status): [string, Answer] => [
    `HTTP ${status} with a message`,
    () => failed(status),
  ]),
  ...[401, 403, 429, 500, 503].map((status): [string, Answer] => [
    `HTTP ${status} with a page`,
    html(status),
  ]),
  ['a page under 200', html(200)],
  ['nothing under 202', () => new Response(null, { status: 202 })],
  ['a connection that breaks', () => Promise.reject(new Error('reset'))],
];

describe('the first message to a server', () => {
  it.each(OLD)(
    'L17 an old server answers it with %s, and is begun with initialize',
    async (_, answer) => {
      const server = new ScriptedOldServer().on('server/discover', answer);
      expect(await server.connect().listTools()).toEqual([]);
      expect(server.methods).toEqual([
        'server/discover',
        'initialize',
        'notifications/initialized',
        'tools/list',
      ]);
    },
  );

  it.each(MODERN)(
    'L17 a server of this revision answers it with %s, and never gets initialize',
    async (_, answer) => {
      const server = new ScriptedOldServer().on('server/discover', answer);
      await server.connect().listTools();
      expect(server.methods).toEqual(['server/discover', 'tools/list']);
    },
  );

  it.each(NEITHER)('L17 %s is an error that says nothing of the revision', async (_, answer) => {
    const server = new ScriptedOldServer().on('server/discover', answer);
    const client = server.connect();
    expect((await failure(client.callTool('t'))).name).not.toBe('none');
    server.on('server/discover', () => failed(400));
    await client.callTool('t');
    expect(server.methods.slice(0, 3)).toEqual([
      'server/discover',
      'server/discover',
      'initialize',
    ]);
  });

  it('L17 a 503 with a message is the error of the call, with its status', async () => {
    const server = new ScriptedOldServer().on('server/discover', () => failed(503));
    expect(await failure(server.connect().callTool('t'))).toMatchObject({
      code: -32000,
      status: 503,
    });
  });

  it('L17 is sent once for all calls that begin together', async () => {
    const server = new ScriptedOldServer();
    const client = server.connect();
    await Promise.all([client.callTool('t'), client.listTools(), client.callTool('u')]);
    expect(server.seenAt('server/discover')).toHaveLength(1);
    expect(server.seenAt('initialize')).toHaveLength(1);
  });

  it('L17 is not given up with the first of several calls that wait for it', async () => {
    const server = new ScriptedOldServer();
    let answer!: (response: Response) => void;
    server.on('server/discover', () => new Promise((resolve) => (answer = resolve)));
    const client = server.connect();
    const abort = new AbortController();
    const first = failure(client.callTool('t', {}, { signal: abort.signal }));
    const second = client.listTools();
    abort.abort();
    expect(await first).toMatchObject({ code: 'cancelled' });
    answer(failed(400));
    expect(await second).toEqual([]);
  });

  it('L17 is the only one that a call of discover() needs', async () => {
    const server = new ScriptedOldServer().on('server/discover', result(DISCOVERED));
    expect(await server.connect().discover()).toMatchObject(DISCOVERED);
    expect(server.methods).toEqual(['server/discover']);
  });
});

describe('what is known of a server', () => {
  it.each([
    ['modern', result(DISCOVERED)],
    ['old', () => failed(400)],
  ] as [string, Answer][])('VM-11 L17 holds for the next client: %s', async (_, answer) => {
    const server = new ScriptedOldServer().on('server/discover', answer);
    await server.connect().listTools();
    await server.connect().listTools();
    expect(server.seenAt('server/discover')).toHaveLength(1);
  });

  it('L17 is forgotten when the server refuses to begin a session', async () => {
    const server = new ScriptedOldServer();
    await server.connect().listTools();
    server.on('initialize', () => failed(400)).on('server/discover', result(DISCOVERED));
    const client = server.connect();
    expect(await failure(client.listTools())).toMatchObject({ code: -32000 });
    await client.listTools();
    expect(server.methods.slice(-3)).toEqual(['initialize', 'server/discover', 'tools/list']);
  });

  it('L17 stands in a snapshot', async () => {
    const ask = { resultType: 'input_required', requestState: 's' };
    const server = new ScriptedOldServer().on('tools/call', result(ask));
    const flow = server.connect({ legacy: 'never' }).start('tools/call', { name: 't' });
    await flow.advance();
    const saved = JSON.parse(JSON.stringify(flow)) as FlowSnapshot;
    expect(saved.era).toBe('2026-07-28');
    await server.connect().resume(saved).advance();
    expect(server.methods).toEqual(['tools/call', 'tools/call']);
  });
});

describe('the option legacy', () => {
  it("L17 'never' sends no discovery, and never initialize", async () => {
    const server = new ScriptedOldServer().on('tools/list', () => failed(400));
    const client = server.connect({ legacy: 'never' });
    expect(await failure(client.listTools())).toMatchObject({ code: -32000 });
    expect(server.methods).toEqual(['tools/list']);
  });

  it("L17 'always' begins with initialize", async () => {
    const server = new ScriptedOldServer();
    await server.connect({ legacy: 'always' }).listTools();
    expect(server.methods).toEqual(['initialize', 'notifications/initialized', 'tools/list']);
  });
});
