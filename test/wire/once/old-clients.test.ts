/** Rounds that run once, for clients of earlier revisions (L8, L14). */
import { afterEach, expect, it } from 'vitest';
import { type Serving, serve } from '../../../src/http/node/serve.ts';
import type { UnknownRecord } from '../../../src/base/json/json.ts';
import { McpServer } from '../../../src/server/server.ts';
import { TEST_KEY } from '../../support/each-wire.ts';
import { gate, guardBench } from '../../support/guard.ts';
import { silent } from '../../support/logger.ts';
import type { Message } from '../../support/messages.ts';
import { OldClient, isQuestion } from '../../support/old-client.ts';
import { until } from '../../support/until.ts';

const open: Serving[] = [];
afterEach(async () => void (await Promise.all(open.splice(0).map((serving) => serving.close()))));

const textOf = ({ result }: Message): string => (result!['content'] as { text: string }[])[0]!.text;

function confirmed({ params }: Message): UnknownRecord {
  const { properties } = params!['requestedSchema'] as { properties: object };
  return { action: 'accept', content: { [Object.keys(properties)[0]!]: true } };
}

function instances() {
  const { store } = guardBench();
  const paid: number[] = [];
  const [begun, free] = [gate(), gate()];
  const instance = async (): Promise<string> => {
    const server = new McpServer(
      { name: 's', version: '1' },
      { state: { keys: [TEST_KEY] }, logger: silent, store: store() },
    );
    server.registerTool('pay', { replay: 'once' }, async (ctx) => {
      const sure = await ctx.confirm('sure', 'Sure?');
      return ctx.step('pay', async () => {
        paid.push(1);
        begun.open();
        await free.opened;
        return `paid ${sure}`;
      });
    });
    const serving = await serve(server, { port: 0, signals: false, grace: 200 });
    open.push(serving);
    return serving.url;
  };
  return { instance, paid, begun, free };
}

it('S7 L8 a call of an old client is asked and runs once', async () => {
  const { instance, paid, free } = instances();
  free.open();
  const client = await OldClient.connect(await instance(), { capabilities: { elicitation: {} } });
  const response = await client.request('tools/call', { name: 'pay', arguments: {} });
  const question = await response.message(isQuestion);
  await client.answer(question, confirmed(question));
  expect(textOf(await response.reply())).toBe('paid true');
  expect(paid).toHaveLength(1);
});

it('S7 L14 an old client that goes on elsewhere while its round runs starts no second one', async () => {
  const { instance, paid, begun, free } = instances();
  const [one, two] = [await instance(), await instance()];
  const client = await OldClient.connect(one, { capabilities: { elicitation: {} } });
  const params = { name: 'pay', arguments: {}, _meta: { progressToken: 1 } };
  const response = await client.request('tools/call', params);
  const question = await response.message(isQuestion);
  await client.answer(question, confirmed(question));
  await begun.opened;
  // The last is what comes after the answer.
  await until(() => response.events.length === 3);
  const last = response.events.findLast(({ id }) => id !== undefined)!;
  response.cut();
  await until(() => response.isEnded);
  const moved = new OldClient(two);
  moved.sessionId = client.sessionId;
  const back = await moved.get({ 'last-event-id': last.id! });
  free.open();
  expect(textOf(await back.reply())).toBe('paid true');
  expect(paid).toHaveLength(1);
});
