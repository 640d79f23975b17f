/** The client's loop against real servers, over HTTP and in process. */
import { afterEach, describe, expect, it } from 'vitest';
import { Client, type ClientOptions, type Target } from '../../../src/client/index.ts';
import { type Serving, serve } from '../../../src/http/node/serve.ts';
import type { Dispatcher } from '../../../src/protocol/dispatcher.ts';
import type { JsonRpcRequest } from '../../../src/protocol/types/jsonrpc.ts';
import { McpServer } from '../../../src/server/server.ts';
import { TEST_KEY } from '../../support/each-wire.ts';
import { silent } from '../../support/logger.ts';

const served: Serving[] = [];
afterEach(async () => {
  await Promise.all(served.splice(0).map((each) => each.close()));
});

function deploying(): McpServer {
  const server = new McpServer(
    { name: 'd', version: '1' },
    { logger: silent, state: { keys: [TEST_KEY] } },
  );
  const inputSchema = { type: 'object', properties: { env: { type: 'string' } } } as const;
  server.registerTool('déploie', { inputSchema }, async ({ env }, ctx) => {
    const plan = await ctx.step('plan', () => 'b42');
    const { go, user } = await ctx.all({
      go: ctx.confirm('go', `Deploy ${plan}?`),
      user: ctx.elicitUrl('user', { message: 'Sign in', url: 'https://example.com/' }),
    });
    await ctx.checkpoint('start');
    const roots = await ctx.listRoots();
    return [env, go, user.action, roots[0]!.uri].join(' ');
  });
  return server;
}

/** What one server was sent. */
interface Sent {
  readonly request: JsonRpcRequest;
  /** Where the client meant to send it. */
  readonly url?: string;
  readonly headers: Headers | undefined;
  readonly answered: { readonly requestState?: string };
}

/** A target whose every request goes to the other of two servers that share a key. */
type Reach = (sent: Sent[]) => Promise<{ target: Target; options: Partial<ClientOptions> }>;

const overHttp: Reach = async (sent) => {
  const servers = [deploying(), deploying()];
  const all = await Promise.all(servers.map((each) => serve(each, { port: 0, signals: false })));
  served.push(...all);
  const fetch: typeof globalThis.fetch = async (url, init) => {
    const response = await globalThis.fetch(all[sent.length % 2]!.url, init);
    const { result } = (await response.clone().json()) as { result: Sent['answered'] };
    const request = JSON.parse(String(init!.body)) as JsonRpcRequest;
    sent.push({
      request,
      url: String(url),
      headers: new Headers(init!.headers),
      answered: result,
    });
    return response;
  };
  let token = 0;
  const headers = (): Record<string, string> => ({ authorization: `Bearer ${++token}` });
  return { target: all[0]!.url, options: { http: { fetch, headers } } };
};

const inProcess: Reach = async (sent) => {
  const servers = [deploying(), deploying()];
  const target: Dispatcher = {
    loopbackOnly: false,
    async dispatch(request, exchange) {
      const reply = await servers[sent.length % 2]!.dispatch(request, exchange);
      const { result } = JSON.parse(reply.body) as { result: Sent['answered'] };
      sent.push({ request, headers: undefined, answered: result });
      return reply;
    },
    close: () => {},
  };
  return { target, options: {} };
};

describe.each([
  ['over HTTP', overHttp],
  ['in process', inProcess],
])('the loop, %s', (_name, reach) => {
  it('MC-3 to MC-11 the client takes a flow to its end, every round on the other server', async () => {
    const sent: Sent[] = [];
    const { target, options } = await reach(sent);
    const client = new Client(target, {
      legacy: 'never',
      name: 'c',
      version: '1',
      onElicit: () => ({ action: 'accept', content: { confirm: true } }),
      onElicitUrl: () => ({ action: 'decline' }),
      roots: [{ uri: 'file:///srv' }],
      ...options,
    });
    const args = { env: 'prod', spare: [null, 1.5, 'ü'] };
    const result = await client.callTool('déploie', args);
    expect(result.content).toEqual([{ type: 'text', text: 'prod true decline file:///srv' }]);
    expect(sent).toHaveLength(4);
    expect(new Set(sent.map(({ request }) => request.id)).size).toBe(4);
    const [first, ...retries] = sent.map(({ request }) => request);
    expect(first!.params).not.toHaveProperty('inputResponses');
    expect(first!.params).not.toHaveProperty('requestState');
    expect(retries.map((retry) => retry.params!['inputResponses'])).toEqual([
      { go: { action: 'accept', content: { confirm: true } }, user: { action: 'decline' } },
      undefined,
      { roots: { roots: [{ uri: 'file:///srv' }] } },
    ]);
    retries.forEach(({ method, params }, i) => {
      expect(method).toBe('tools/call');
      expect(params).toMatchObject({ name: 'déploie', arguments: args });
      expect(params!['_meta']).toEqual(first!.params!['_meta']);
      expect(params!['requestState']).toBe(sent[i]!.answered.requestState);
    });
  });
});

describe('over HTTP', () => {
  it('MC-11 HC-3 HC-4 HC-5 AU-4 the client builds all headers anew for every round', async () => {
    const sent: Sent[] = [];
    const { target, options } = await overHttp(sent);
    const client = new Client(target, {
      legacy: 'never',
      name: 'c',
      version: '1',
      onElicit: () => ({ action: 'decline' }),
      onElicitUrl: () => ({ action: 'accept' }),
      roots: [{ uri: 'file:///srv' }],
      ...options,
    });
    await client.callTool('déploie');
    expect(sent).toHaveLength(4);
    sent.forEach(({ url, headers }, i) => {
      expect(url).toBe(target);
      expect(Object.fromEntries(headers!)).toEqual({
        accept: 'application/json, text/event-stream',
        authorization: `Bearer ${i + 1}`,
        'content-type': 'application/json',
        'mcp-method': 'tools/call',
        'mcp-name': '=?base64?ZMOpcGxvaWU=?=',
        'mcp-protocol-version': '2026-07-28',
      });
    });
  });
});
