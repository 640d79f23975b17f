/** What a client mirrors into headers, and what it mends when it is turned away at the door. */
import { afterEach, describe, expect, it } from 'vitest';
import { Client, type HttpClientOptions } from '../../../src/client/index.ts';
import { type Serving, serve } from '../../../src/http/node/serve.ts';
import type { JsonRpcRequest } from '../../../src/protocol/types/jsonrpc.ts';
import { McpServer } from '../../../src/server/server.ts';
import { warningsTo } from '../../support/logger.ts';

const served: Serving[] = [];
afterEach(async () => {
  await Promise.all(served.splice(0).map((each) => each.close()));
});

interface Sent {
  readonly method: string;
  readonly id: unknown;
  readonly headers: Headers;
  readonly status: number;
}

const warnings: string[] = [];
const logger = warningsTo(warnings);

/** A client, and all that it has sent. */
function recording(url: string, http: HttpClientOptions = {}): { client: Client; sent: Sent[] } {
  const sent: Sent[] = [];
  const { fetch: inner = globalThis.fetch } = http;
  const fetch: typeof globalThis.fetch = async (to, init) => {
    const response = await inner(to, init);
    const { method, id } = JSON.parse(String(init!.body)) as JsonRpcRequest;
    sent.push({ method, id, headers: new Headers(init!.headers), status: response.status });
    return response;
  };
  const client = new Client(url, {
    name: 'c',
    version: '1',
    legacy: 'never',
    logger,
    http: { ...http, fetch },
  });
  return { client, sent };
}

async function weather(): Promise<string> {
  const server = new McpServer({ name: 'weather', version: '1' });
  const inputSchema = {
    type: 'object',
    properties: {
      city: { type: 'string', 'x-mcp-header': 'City' },
      days: { type: 'integer', 'x-mcp-header': 'Days' },
      where: {
        type: 'object',
        properties: { inside: { type: 'boolean', 'x-mcp-header': 'Inside' } },
      },
    },
  } as const;
  server.registerTool('weather', { inputSchema }, async (args) => JSON.stringify(args));
  const serving = await serve(server, { port: 0, signals: false });
  served.push(serving);
  return serving.url;
}

/** Answers one after the other, whatever is asked. */
function answering(...answers: readonly object[]): typeof globalThis.fetch {
  let count = 0;
  return async (_to, init) => {
    const { id } = JSON.parse(String(init!.body)) as JsonRpcRequest;
    const answer = answers[Math.min(count++, answers.length - 1)]!;
    return Response.json(
      { jsonrpc: '2.0', id, ...answer },
      { status: 'error' in answer ? 400 : 200 },
    );
  };
}

describe('arguments that a tool annotates', () => {
  it('HC-6 annotated arguments are mirrored once the tool is known, absent and null ones not', async () => {
    const { client, sent } = recording(await weather());
    await client.listTools();
    const args = { city: ' Zürich', days: 3, where: { inside: false } };
    await client.callTool('weather', args);
    await client.callTool('weather', { city: '' });
    const mirrored = sent.slice(1).map(({ headers }) => ({
      city: headers.get('Mcp-Param-City'),
      days: headers.get('Mcp-Param-Days'),
      inside: headers.get('Mcp-Param-Inside'),
    }));
    expect(mirrored).toEqual([
      { city: '=?base64?IFrDvHJpY2g=?=', days: '3', inside: 'false' },
      { city: '', days: null, inside: null },
    ]);
  });

  it('HC-8 annotated arguments of an unknown tool are mirrored after the tools were listed', async () => {
    const { client, sent } = recording(await weather());
    const result = await client.callTool('weather', { city: 'Bern' });
    expect(result.content).toEqual([{ type: 'text', text: '{"city":"Bern"}' }]);
    expect(sent.map(({ method, status }) => [method, status])).toEqual([
      ['tools/call', 400],
      ['tools/list', 200],
      ['tools/call', 200],
    ]);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(3);
  });

  it('HC-8 annotated arguments that stay wrong are the error the server sends', async () => {
    const error = { code: -32020, message: 'Header mismatch' };
    const tools = { result: { tools: [], ttlMs: 0, cacheScope: 'private' } };
    const fetch = answering({ error }, tools, { error });
    const { client, sent } = recording('http://127.0.0.1/', { fetch });
    await expect(client.callTool('weather')).rejects.toMatchObject({ code: -32020 });
    expect(sent).toHaveLength(3);
  });

  it('HC-7 a tool with a wrong annotation is left out of the list', async () => {
    const tool = (name: string, property: object): object => ({
      name,
      inputSchema: { type: 'object', properties: { a: property } },
    });
    const tools = [
      tool('good', { type: 'string', 'x-mcp-header': 'A' }),
      tool('empty', { type: 'string', 'x-mcp-header': '' }),
      tool('number', { type: 'number', 'x-mcp-header': 'A' }),
      tool('plain', {}),
    ];
    const fetch = answering({ result: { tools, ttlMs: 0, cacheScope: 'private' } });
    warnings.length = 0;
    const { client } = recording('http://127.0.0.1/', { fetch });
    const names = (await client.listTools()).map(({ name }) => name);
    expect(names).toEqual(['good', 'plain']);
    expect(warnings).toEqual([
      expect.stringMatching(/^Of the tools, 'empty' is left out: .* 'number' is left out: /),
    ]);
  });
});

describe('a version that is refused', () => {
  const refused = (supported: string[]): object => ({
    error: { code: -32022, message: 'Unsupported protocol version', data: { supported } },
  });

  it('T26 a refused version is tried once more if the server names it', async () => {
    const done = { result: { resultType: 'complete', content: [] } };
    const { client, sent } = recording('http://127.0.0.1/', {
      fetch: answering(refused(['2026-07-28']), done),
    });
    await client.callTool('x');
    expect(sent).toHaveLength(2);
  });

  it('T26 a refused version is tried no more than once more', async () => {
    const { client, sent } = recording('http://127.0.0.1/', {
      fetch: answering(refused(['2026-07-28'])),
    });
    await expect(client.callTool('x')).rejects.toMatchObject({ code: -32022 });
    expect(sent).toHaveLength(2);
  });

  it('VM-5 a refused version is an error that names those of the server', async () => {
    const fetch = answering(refused(['2030-01-01']));
    const { client, sent } = recording('http://127.0.0.1/', { fetch });
    await expect(client.callTool('x')).rejects.toMatchObject({
      data: { supported: ['2030-01-01'] },
    });
    expect(sent).toHaveLength(1);
  });
});

describe('structured content', () => {
  const outputSchema = { type: 'object', properties: { n: { type: 'number' } }, required: ['n'] };
  const listed = (schema: object): object => ({
    result: {
      tools: [{ name: 'x', inputSchema: { type: 'object' }, outputSchema: schema }],
      ttlMs: 0,
      cacheScope: 'private',
    },
  });
  const called = (more: object): object => ({
    result: { resultType: 'complete', content: [], ...more },
  });

  it.each([
    [{ structuredContent: { n: 1 } }, true],
    [{ structuredContent: { n: 'one' } }, false],
    [{}, false],
    [{ isError: true }, true],
  ])('TO-7 structured content of %j fits its output schema: %s', async (more, fits) => {
    const fetch = answering(listed(outputSchema), called(more));
    const { client } = recording('http://127.0.0.1/', { fetch });
    await client.listTools();
    const call = client.callTool('x').then(
      () => true,
      (error: { code: string }) => error.code === 'invalid_response' && false,
    );
    expect(await call).toBe(fits);
  });

  it('SE-1 structured content is not checked against a schema that would have to be fetched', async () => {
    warnings.length = 0;
    const fetch = answering(listed({ $ref: 'https://example.com/schema.json' }), called({}));
    const { client, sent } = recording('http://127.0.0.1/', { fetch });
    await client.listTools();
    await client.callTool('x');
    expect(sent).toHaveLength(2);
    expect(warnings).toEqual([expect.stringContaining("Results of 'x' cannot be checked")]);
  });
});

describe('the seam for authorization', () => {
  it('authorize sees a refusal, and can have the request sent once more', async () => {
    let token = 'old';
    const challenges: (string | null)[] = [];
    const server = new McpServer(
      { name: 'guarded', version: '1' },
      {
        http: {
          authenticate: (request) =>
            request.headers.get('authorization') === 'Bearer new'
              ? { issuer: 'https://id.example', subject: 'ada' }
              : new Response('', { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } }),
        },
      },
    );
    server.registerTool('x', {}, async (ctx) => ctx.principal!.subject);
    const serving = await serve(server, { port: 0, signals: false });
    served.push(serving);
    const { client, sent } = recording(serving.url, {
      headers: () => ({ Authorization: `Bearer ${token}` }),
      authorize: ({ headers }) => {
        challenges.push(headers.get('www-authenticate'));
        token = 'new';
        return true;
      },
    });
    const { content } = await client.callTool('x');
    expect(content).toEqual([{ type: 'text', text: 'ada' }]);
    expect(challenges).toEqual(['Bearer']);
    expect(sent.map(({ status }) => status)).toEqual([401, 200]);
  });

  it('authorize is called once, and a second refusal is an error', async () => {
    const fetch = async (): Promise<Response> => new Response('', { status: 403 });
    let asked = 0;
    const authorize = (): boolean => ++asked > 0;
    const { client } = recording('http://127.0.0.1/', { fetch, authorize });
    await expect(client.callTool('x')).rejects.toMatchObject({
      code: 'transport_failed',
      message: expect.stringContaining('403'),
    });
    expect(asked).toBe(1);
  });

  it.each<[string, () => NonNullable<HttpClientOptions['headers']>]>([
    ['an object', () => ({ 'X-Tenant': 'a', ACCEPT: 'text/html', 'X-Absent': undefined as never })],
    ['Headers', () => new Headers({ 'X-Tenant': 'a', ACCEPT: 'text/html' })],
    ['a function that returns Headers', () => () => new Headers({ 'X-Tenant': 'a' })],
    ['a function that resolves to Headers', () => async () => new Headers({ 'X-Tenant': 'a' })],
  ])('headers are sent that are given as %s, and take none of ours', async (_what, headers) => {
    const fetch = answering({ result: { content: [] } });
    const { client, sent } = recording('http://127.0.0.1/', { fetch, headers: headers() });
    await client.callTool('x');
    expect(sent[0]!.headers.get('x-tenant')).toBe('a');
    expect(sent[0]!.headers.get('accept')).toBe('application/json, text/event-stream');
    expect(sent[0]!.headers.has('x-absent')).toBe(false);
  });

  it.each(['Authorization: x', ['a'], 7])('headers that are none are refused: %j', async (none) => {
    const fetch = answering({ result: { content: [] } });
    const { client, sent } = recording('http://127.0.0.1/', {
      fetch,
      headers: () => none as never,
    });
    await expect(client.callTool('x')).rejects.toMatchObject({ code: 'invalid_options' });
    expect(sent).toEqual([]);
  });

  it('credentials in the URL are refused', () => {
    expect(() => recording('https://ada:secret@example.com/')).toThrow(
      expect.objectContaining({
        code: 'invalid_options',
        message: expect.not.stringContaining('secret'),
      }),
    );
  });
});
