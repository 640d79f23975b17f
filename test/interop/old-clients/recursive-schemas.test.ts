/** Official clients of earlier revisions that hold results against schemas which refer to themselves. */
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { type Serving, serve } from '../../../src/http/node/serve.ts';
import { McpServer } from '../../../src/index.ts';
import { generateKey } from '../../../src/state/key-ring.ts';
import { FirstSdkPeer } from '../../support/old-clients/first-sdk-peer.ts';
import { OLD_SDKS, loadSdk } from '../../support/old-clients/sdks.ts';

const NODE = {
  type: 'object',
  properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#' } } },
  required: ['name', 'children'],
  additionalProperties: false,
} as const;

/** No schema of objects: an old client gets it in one. */
const NESTED = {
  anyOf: [{ $ref: '#/$defs/word' }, { type: 'array', items: { $ref: '#' } }],
  $defs: { word: { type: 'string' } },
} as const;

const Node = z.object({
  name: z.string(),
  get children() {
    return z.array(Node);
  },
});

const TREE = { name: 'a', children: [{ name: 'b', children: [{ name: 'WRONG', children: [] }] }] };

/** What each tool returns, and what an old client gets of it. */
const TOOLS: readonly (readonly [string, unknown, unknown])[] = [
  ['json-schema-object', TREE, TREE],
  ['json-schema-nested', ['a', ['b', ['WRONG']]], { result: ['a', ['b', ['WRONG']]] }],
  ['zod-object', TREE, TREE],
  ['zod-list', [TREE], { result: [TREE] }],
];

function recursiveServer(): McpServer {
  const server = new McpServer({ name: 's', version: '1' }, { state: { keys: [generateKey()] } });
  server.registerTool(
    'json-schema-object',
    { inputSchema: NODE, outputSchema: NODE },
    (tree) => tree as typeof TREE,
  );
  server.registerTool('json-schema-nested', { outputSchema: NESTED }, () => [
    'a',
    ['b', ['WRONG']],
  ]);
  server.registerTool('zod-object', { inputSchema: Node, outputSchema: Node }, (tree) => tree);
  server.registerTool('zod-list', { inputSchema: Node, outputSchema: z.array(Node) }, (tree) => [
    tree,
  ]);
  return server;
}

let serving: Serving;
beforeAll(async () => void (serving = await serve(recursiveServer(), { port: 0, signals: false })));
afterAll(() => serving.close());
afterEach(() => vi.restoreAllMocks());

const { fetch } = globalThis;

/** Spoils structured content on its way: the word deepest inside becomes a number. */
async function spoilt(url: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  if (response.headers.get('content-type') !== 'application/json') return response;
  const text = (await response.text()).replace('"WRONG"', '7');
  const { status, headers } = response;
  return new Response(text, { status, headers });
}

async function connected(version: string, via: typeof fetch): Promise<FirstSdkPeer> {
  const sdk = await loadSdk(version);
  // The oldest have no such option, but get what is fetched from here.
  vi.spyOn(globalThis, 'fetch').mockImplementation(via);
  const transport = new sdk.StreamableHTTPClientTransport(new URL(serving.url));
  return new FirstSdkPeer(sdk).connect(transport as never);
}

describe.each(OLD_SDKS)('sdk %s, with schemas that refer to themselves', (version) => {
  it.each(TOOLS)(
    'L2 takes the result of %s, as its schema says',
    async (name, _returned, expected) => {
      const warn = vi.spyOn(console, 'warn');
      const peer = await connected(version, fetch);
      await peer.listTools();
      const { structuredContent, isError } = await peer.callTool(name, TREE);
      expect(isError ?? false).toBe(false);
      expect(structuredContent).toEqual(expected);
      expect(warn).not.toHaveBeenCalled();
      await peer.close();
    },
  );

  it.each(TOOLS)('L2 holds it against that schema: %s', async (name) => {
    const peer = await connected(version, spoilt);
    await peer.listTools();
    await expect(peer.callTool(name, TREE)).rejects.toThrow(/output schema/);
    await peer.close();
  });

  it('L2 is refused arguments that are wrong deep inside', async () => {
    const peer = await connected(version, fetch);
    const wrong = { name: 'a', children: [{ name: 'b', children: [{ name: 5, children: [] }] }] };
    for (const name of ['json-schema-object', 'zod-list']) {
      const { isError, content } = await peer.callTool(name, wrong);
      expect(isError).toBe(true);
      expect(content[0]!.text).toMatch(/children/);
    }
    await peer.close();
  });
});
