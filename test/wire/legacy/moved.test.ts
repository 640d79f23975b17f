/** Old clients whose requests reach one instance now and another then, without a relay. */
import { afterEach, expect, it, vi } from 'vitest';
import { type Serving, serve } from '../../../src/http/node/serve.ts';
import type { RequestHead } from '../../../src/http/policy.ts';
import { McpServer } from '../../../src/server/server.ts';
import { silent } from '../../support/logger.ts';
import { textOf } from '../../support/messages.ts';
import { OldClient, asked, at, isQuestion, lastId, yesTo } from '../../support/old-client.ts';
import { until } from '../../support/until.ts';

const open: Serving[] = [];
let steps = 0;

afterEach(async () => {
  await Promise.all(open.splice(0).map((serving) => serving.close()));
  steps = 0;
});

/** An instance at which a token is a subject and a number, such as `ann 2`. */
async function instance(): Promise<string> {
  const server = new McpServer(
    { name: 's', version: '1' },
    {
      state: { keys: ['A'.repeat(43)] },
      logger: silent,
      http: {
        authenticate: ({ headers }) => {
          const [subject] = (headers.get('authorization') ?? 'nobody').split(' ');
          return { issuer: 'i', subject: subject! };
        },
      },
    },
  );
  server.registerTool('ask', {}, async (ctx) => {
    const token = (): unknown => (ctx.request as RequestHead).headers.get('authorization');
    const before = token();
    const go = await ctx.confirm('go', 'Go?');
    await ctx.step('s', () => void steps++);
    return `${go}: ${before}, ${token()}`;
  });
  const serving = await serve(server, { port: 0, signals: false, grace: 100 });
  open.push(serving);
  return serving.url;
}

function connect(url: string, authorization: string): Promise<OldClient> {
  const headers = { authorization };
  return OldClient.connect(url, { capabilities: { elicitation: {} }, headers });
}

it('L13 L14 a call whose hash flips to another instance and back ends, with the answer that came to where it is not', async () => {
  const [one, two] = [await instance(), await instance()];
  const client = await connect(one, 'ann 1');
  const [response, question] = await asked(client);
  response.cut();
  await until(() => response.isEnded);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const there = at(two, client, { authorization: 'ann 1' });
    const away = await there.get({ 'last-event-id': lastId(response) });
    // The ring is as it was before: what is sent from now on reaches the first instance.
    expect((await client.answer(question, yesTo(question))).status).toBe(202);
    expect(away.isEnded).toBe(false);
    vi.advanceTimersByTime(25_001);
    await away.end();
    const back = await client.get({ 'last-event-id': lastId(response, away) });
    expect(textOf(await back.reply())).toBe('true: ann 1, ann 1');
    expect(
      [...response.messages, ...away.messages, ...back.messages].filter(isQuestion),
    ).toHaveLength(1);
    expect(steps).toBe(1);
  } finally {
    vi.useRealTimers();
  }
});

it('L8 a round runs with the token of the answer, if it is of the same caller', async () => {
  const url = await instance();
  const client = await connect(url, 'ann 1');
  const [response, question] = await asked(client);
  const renewed = at(url, client, { authorization: 'ann 2' });
  const stranger = at(url, client, { authorization: 'bob 1' });
  expect((await stranger.answer(question, yesTo(question))).status).toBe(404);
  expect((await stranger.get({ 'last-event-id': lastId(response) })).status).toBe(404);
  expect((await renewed.answer(question, yesTo(question))).status).toBe(202);
  expect(textOf(await response.reply())).toBe('true: ann 2, ann 2');
});

it('L8 L14 a call that goes on elsewhere runs with the token of the newest answer', async () => {
  const [one, two] = [await instance(), await instance()];
  const client = await connect(one, 'ann 1');
  const [response, question] = await asked(client);
  response.cut();
  await until(() => response.isEnded);
  const renewed = at(two, client, { authorization: 'ann 2' });
  const back = await renewed.get({ 'last-event-id': lastId(response) });
  await at(two, client, { authorization: 'ann 3' }).answer(question, yesTo(question));
  expect(textOf(await back.reply())).toBe('true: ann 3, ann 3');
});
