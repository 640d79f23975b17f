/** Lists without an end, and tools that cannot be called. */
import { describe, expect, it } from 'vitest';
import type { Client } from '../../../src/client/index.ts';
import { type Scripted, ScriptedServer } from '../../../src/client/test-support/scripted.ts';
import type { UnknownRecord } from '../../../src/base/json/json.ts';
import { SOON, client, failure } from '../../support/bad-servers/calls.ts';
import { refusal, reply, send } from '../../support/bad-servers/messages.ts';
import { type BadServer, badServers } from '../../support/bad-servers/server.ts';
import { silent, warningsTo } from '../../support/logger.ts';

const { serving } = badServers();

/** A server over HTTP with these tools. */
async function withTools(tools: unknown): Promise<BadServer> {
  return serving(({ message, response }) => {
    const listed = message.method === 'tools/list' ? { tools } : { content: [] };
    send(response, reply(message.id, { result: listed }));
  });
}

const LISTS: [string, string, (one: Client) => Promise<unknown>][] = [
  ['tools/list', 'tools', (one) => one.listTools()],
  ['prompts/list', 'prompts', (one) => one.listPrompts()],
  ['resources/list', 'resources', (one) => one.listResources()],
  ['resources/templates/list', 'resourceTemplates', (one) => one.listResourceTemplates()],
];

describe.each(LISTS)('%s from a bad server', (method, member, list) => {
  const script = (result: UnknownRecord): ScriptedServer => new ScriptedServer({ result });

  it.each<[string, UnknownRecord]>([
    ['that is absent', {}],
    ['that is null', { [member]: null }],
    ['that is an object', { [member]: { length: 1 } }],
    ['with a cursor that is a number', { [member]: [], nextCursor: 7 }],
  ])('PA-1 a list %s is an invalid response', async (_what, result) => {
    const error = await failure(list(client(script(result))));
    expect(error).toMatchObject({ name: 'InvalidResponseError', code: 'invalid_response' });
  });

  it('PA-1 a list ends with a cursor that is null', async () => {
    const server = script({ [member]: [{ name: 'n' }], nextCursor: null });
    expect(await list(client(server))).toEqual([{ name: 'n' }]);
    expect(server.requests).toHaveLength(1);
  });

  it('what is no object is left out of a list, with a warning', async () => {
    const warnings: string[] = [];
    const server = script({ [member]: [null, { name: 'n' }, [], 'x', null] });
    expect(await list(client(server, { logger: warningsTo(warnings) }))).toEqual([{ name: 'n' }]);
    expect(warnings).toEqual([`4 of the ${member} are left out: they are not objects.`]);
  });

  it('PA-1 a cursor that comes again is an invalid response', async () => {
    for (const nextCursor of ['', 'again']) {
      const server = script({ [member]: [], nextCursor });
      const error = await failure(list(client(server)));
      expect(error).toMatchObject({ code: 'invalid_response' });
      expect(error.message).toContain(`a list of ${member} without an end`);
      expect(server.requests).toHaveLength(2);
    }
  });

  it('PA-1 pages without an end are an invalid response', async () => {
    const server: ScriptedServer = new ScriptedServer(() => ({
      result: { [member]: [], nextCursor: `${server.requests.length}` },
    }));
    const error = await failure(list(client(server)));
    expect(error).toMatchObject({ code: 'invalid_response' });
    expect(server.requests.at(-1)).toMatchObject({ method });
    expect(server.requests.length).toBeLessThanOrEqual(1_000);
  });

  it('PA-1 a page may be as long as a message may be', async () => {
    const items = Array.from({ length: 200_000 }, () => ({ name: 'n' }));
    expect(await list(client(script({ [member]: items })))).toHaveLength(items.length);
  });
});

describe('tools whose annotations cannot be followed', () => {
  const annotated = (name: unknown, schema: unknown = { type: 'string' }): unknown => ({
    name: 'bad',
    inputSchema: {
      type: 'object',
      properties: { a: { ...(schema as object), 'x-mcp-header': name } },
    },
  });
  const good = { name: 'good', inputSchema: { type: 'object' } };

  it.each<[string, unknown]>([
    ['an empty name', annotated('')],
    ['a name with a line break', annotated('A\r\nAuthorization: x')],
    ['a name that is a number', annotated(7)],
    ['an object', annotated('A', { type: 'object' })],
    ['a number', annotated('A', { type: 'number' })],
    ['a choice of types', annotated('A', { type: ['string', 'null'] })],
    ['the root', { name: 'bad', inputSchema: { type: 'string', 'x-mcp-header': 'A' } }],
    [
      'a property of an item',
      { name: 'bad', inputSchema: { type: 'object', items: [{ 'x-mcp-header': 'A' }] } },
    ],
  ])('HC-7 a tool that annotates %s is left out, and the others stay', async (_what, tool) => {
    const { url } = await withTools([tool, good]);
    expect(await client(url, { logger: silent }).listTools()).toEqual([good]);
  });

  it.each<[string, unknown]>([
    ['without anything', {}],
    ['without a schema', { name: 'odd' }],
    ['with a schema that is none', { name: 'odd', inputSchema: 7 }],
    ['with the name of what every object has', { name: 'constructor', inputSchema: {} }],
  ])('HC-7 tools %s do no harm', async (_what, tool) => {
    const { url } = await withTools([tool, good]);
    const one = client(url, { logger: silent });
    expect(await one.listTools()).toContainEqual(good);
    expect(await one.callTool('good')).toEqual({ content: [] });
    expect(await one.callTool('odd')).toEqual({ content: [] });
  });

  it('HC-6 an annotation that is null is none', async () => {
    const tool = annotated(null);
    const { url } = await withTools([tool]);
    const one = client(url);
    expect(await one.listTools()).toEqual([tool]);
    expect(await one.callTool('bad', { a: 'x' })).toEqual({ content: [] });
  });
});

describe('a server that refuses headers', () => {
  const refusing = async (list: Scripted): Promise<BadServer> =>
    serving(({ message, response }) => {
      const isCall = message.method === 'tools/call';
      if (isCall) return send(response, refusal(message, -32020), { status: 400 });
      if (typeof list === 'function') return undefined;
      return send(response, reply(message.id, list as UnknownRecord));
    });

  it('HC-8 a server that refuses headers again and again is called twice', async () => {
    const server = await refusing({ result: { tools: [] } });
    const error = await failure(client(server.url).callTool('t'));
    expect(error).toMatchObject({ name: 'RpcError', code: -32020 });
    const methods = server.received.map(({ method }) => method);
    expect(methods).toEqual(['tools/call', 'tools/list', 'tools/call']);
  });

  it('T26 VM-5 a server that refuses the version it names is called twice', async () => {
    const server = await serving(({ message, response }) => {
      const data = { supported: ['2026-07-28'], requested: '2026-07-28' };
      const error = { code: -32022, message: 'Unsupported', data };
      send(response, reply(message.id, { error }), { status: 400 });
    });
    const error = await failure(client(server.url).callTool('t'));
    expect(error).toMatchObject({ name: 'RpcError', code: -32022 });
    expect(new Set(server.received.map(({ id }) => id)).size).toBe(2);
  });

  it('PG-6 a server that refuses headers and then does not list its tools times out', async () => {
    const server = await refusing(() => {});
    const error = await failure(client(server.url).callTool('t', {}, SOON));
    expect(error).toMatchObject({ code: 'timeout' });
  });
});
