/** Nothing of this revision leaves in a reply to an old client, whatever it calls (L2, L11). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtureServer } from '../../../conformance/fixtures/index.ts';
import type { UnknownRecord } from '../../../src/base/json/json.ts';
import { type Serving, serve } from '../../../src/http/node/serve.ts';
import { generateKey } from '../../../src/index.ts';
import { silent } from '../../support/logger.ts';
import type { Message } from '../../support/messages.ts';
import { OldClient, type OldResponse, isQuestion } from '../../support/old-client.ts';

/** Members, wherever they stand; a sentence may name what is missing. */
const NEW =
  /"(?:resultType|ttlMs|cacheScope|inputRequests|requestState|io\.modelcontextprotocol\/[^"]*)":/;
const CAPABILITIES = { elicitation: { form: {}, url: {} }, sampling: { tools: {} }, roots: {} };

let serving: Serving;
beforeAll(async () => {
  const server = fixtureServer({ state: { keys: [generateKey()] }, logger: silent });
  serving = await serve(server, { port: 0, signals: false, grace: 1_000 });
});
afterAll(() => serving.close());

describe.each(['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'])(
  'a client of %s',
  (version) => {
    let client: OldClient;
    let replies: OldResponse[];

    beforeAll(async () => {
      replies = [];
      client = await OldClient.connect(serving.url, { version, capabilities: CAPABILITIES });
    });

    /** Sends a request and answers what is asked. */
    async function ask(method: string, params: UnknownRecord = {}): Promise<Message> {
      const response = await client.request(method, { ...params, _meta: { progressToken: 7 } });
      replies.push(response);
      const answered = new Set<unknown>();
      for (;;) {
        const message = await response.message(
          (each) => (isQuestion(each) && !answered.has(each.id)) || isReply(each),
        );
        if (isReply(message)) return message;
        answered.add(message.id);
        replies.push(await client.answer(message, answerTo(message)));
      }
    }

    async function list(method: string, member: string): Promise<UnknownRecord[]> {
      return (await ask(method)).result![member] as UnknownRecord[];
    }

    it('L2 L11 gets nothing of this revision from anything that is offered', async () => {
      const tools = await list('tools/list', 'tools');
      for (const { name, inputSchema } of tools) {
        await ask('tools/call', { name, arguments: argumentsFor(inputSchema as UnknownRecord) });
      }
      for (const { name, arguments: args = [] } of await list('prompts/list', 'prompts')) {
        const names = (args as { name: string }[]).map((each) => [each.name, 'test://static-text']);
        await ask('prompts/get', { name, arguments: Object.fromEntries(names) });
      }
      for (const { uri } of await list('resources/list', 'resources')) {
        await ask('resources/read', { uri });
      }
      await list('resources/templates/list', 'resourceTemplates');
      await ask('resources/read', { uri: 'test://template/1/data' });
      const ref = { type: 'ref/prompt', name: 'test_prompt_with_arguments' };
      await ask('completion/complete', { ref, argument: { name: 'arg1', value: 'par' } });
      await refused();
      expect(replies.length).toBeGreaterThan(tools.length + 20);
      expect(replies.flatMap(({ raw }) => NEW.exec(raw)?.[0] ?? [])).toEqual([]);
      expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200, 202]));
    });

    /** What fails in ways that have codes of their own in this revision. */
    async function refused(): Promise<void> {
      await ask('tools/call', { name: 'nothing' });
      await ask('prompts/get', { name: 'nothing' });
      await ask('resources/read', { uri: 'test://nothing' });
      await ask('nothing/at-all');
      await ask('server/discover');
      await ask('subscriptions/listen', { notifications: {} });
      await ask('tasks/get', { taskId: 'x' });
      const plain = await OldClient.connect(serving.url, { version });
      const call = await plain.request('tools/call', { name: 'test_missing_capability' });
      await call.reply();
      replies.push(call);
    }

    it('L2 gets empty results that are empty', async () => {
      const uri = 'test://watched-resource';
      const results = [
        await ask('ping'),
        await ask('logging/setLevel', { level: 'debug' }),
        await ask('resources/subscribe', { uri }),
        await ask('resources/unsubscribe', { uri }),
      ];
      expect(results.map(({ result }) => result)).toEqual([{}, {}, {}, {}]);
    });

    it('L15 hears of changes without anything of this revision', async () => {
      const stream = await client.get();
      await ask('tools/call', { name: 'test_trigger_tool_change', arguments: {} });
      await stream.message(({ method }) => method === 'notifications/tools/list_changed');
      stream.cut();
      expect(stream.raw).not.toMatch(NEW);
    });
  },
);

function isReply(message: Message): boolean {
  return message.result !== undefined || message.error !== undefined;
}

/** Something for each argument that has to be there. */
function argumentsFor({ properties = {}, required = [] }: UnknownRecord): UnknownRecord {
  const fields = properties as Record<string, { type?: string }>;
  const names = required as string[];
  return Object.fromEntries(names.map((name) => [name, valueFor(fields[name]!.type)]));
}

function valueFor(type: string | undefined): unknown {
  if (type === 'boolean') return true;
  if (type === 'array') return [];
  return type === 'string' ? 'text' : 1;
}

function answerTo({ method, params = {} }: Message): UnknownRecord {
  if (method === 'roots/list') return { roots: [{ uri: 'file:///a' }] };
  if (method === 'sampling/createMessage') {
    return { role: 'assistant', content: { type: 'text', text: 'Paris' }, model: 'm' };
  }
  if (params['mode'] === 'url') return { action: 'accept' };
  return { action: 'accept', content: argumentsFor(params['requestedSchema'] as UnknownRecord) };
}
