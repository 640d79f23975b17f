/** Results that are not what they have to be, or not what their tools promise. */
import { describe, expect, it } from 'vitest';
import type { Client } from '../../../src/client/index.ts';
import { ScriptedServer } from '../../../src/client/test-support/scripted.ts';
import { client, failure } from '../../support/bad-servers/calls.ts';
import { reply, send } from '../../support/bad-servers/messages.ts';
import { type BadServer, badServers } from '../../support/bad-servers/server.ts';
import { silent, warningsTo } from '../../support/logger.ts';

const { serving } = badServers();

/** A server with one tool of this output schema, whose every call ends with `structuredContent`. */
async function promising(outputSchema: unknown, structuredContent: unknown): Promise<BadServer> {
  return serving(({ message, response }) => {
    const tools = [{ name: 't', inputSchema: {}, outputSchema }];
    const result = { content: [], structuredContent };
    const listed = message.method === 'tools/list' ? { tools } : result;
    send(response, reply(message.id, { result: listed }));
  });
}

describe('a result without what it is to hold', () => {
  const ref = { type: 'ref/prompt', name: 'p' } as const;

  it.each<[string, (one: Client) => Promise<unknown>]>([
    ['tools/call', (one) => one.callTool('t')],
    ['prompts/get', (one) => one.getPrompt('p')],
    ['resources/read', (one) => one.readResource('p:')],
    ['server/discover', (one) => one.discover()],
    ['completion/complete', (one) => one.complete({ ref, argument: { name: 'a', value: '' } })],
  ])('a result of %s without its content is an invalid response', async (_method, call) => {
    const error = await failure(call(client(new ScriptedServer({ result: {} }))));
    expect(error).toMatchObject({ code: 'invalid_response' });
  });
});

describe('structured content and its schema', () => {
  it.each([
    ['does not fit', { type: 'string' }, 7],
    ['is absent', { type: 'string' }, undefined],
  ])(
    'TO-7 SE-1 structured content that %s is an invalid response',
    async (_how, schema, content) => {
      const { url } = await promising(schema, content);
      const one = client(url);
      await one.listTools();
      const error = await failure(one.callTool('t'));
      expect(error).toMatchObject({ code: 'invalid_response' });
      expect(error.message).toContain('structured content that does not fit');
    },
  );

  it.each<[string, unknown]>([
    ['refers to itself', { $ref: '#' }],
    ['is a number', 7],
    ['has a pattern that is none', { pattern: '(' }],
    ['refers to the network', { $ref: 'http://127.0.0.1:9/' }],
    ['is of a dialect nobody speaks', { $schema: 'https://a.example/x' }],
  ])(
    'TO-7 SE-1 an output schema that %s does not end the call in an unknown error',
    async (_how, schema) => {
      const { url } = await promising(schema, 'x');
      const one = client(url, { logger: silent });
      await one.listTools();
      const error = await failure(one.callTool('t'));
      expect(['none', 'InvalidResponseError', 'RondoError']).toContain(error.name);
    },
  );

  it.each<[string, unknown, unknown]>([
    ['parts', { items: { allOf: Array.from({ length: 900 }, () => ({ type: 'number' })) } }, 0],
    ['choices', { items: { enum: Array.from({ length: 9_000 }, (_, i) => `c${i}`) } }, 'c8999'],
  ])(
    'TO-7 SE-1 structured content of many items and a schema of many %s is not checked, and the log says so',
    async (...row) => {
      const [, schema, item] = row;
      const { url } = await promising(schema, new Array(200_000).fill(item));
      const warnings: string[] = [];
      const one = client(url, { logger: warningsTo(warnings) });
      await one.listTools();
      expect(await one.callTool('t')).toHaveProperty('structuredContent.length', 200_000);
      expect(warnings).toEqual([expect.stringContaining('could take too long')]);
    },
  );

  it('TO-7 SE-1 structured content with a schema that can be checked is checked', async () => {
    const { url } = await promising({ type: 'string', pattern: '^a+$' }, 'aaa');
    const one = client(url);
    await one.listTools();
    expect(await one.callTool('t')).toMatchObject({ structuredContent: 'aaa' });
  });
});
