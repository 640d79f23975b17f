/** One round, sent very often to all processes that share a guard, 16 times at once (S7). */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type Message, call, retry, textOf } from '../support/messages.ts';
import { withPostgres } from '../support/postgres/if-there.ts';
import { PostgresServer } from '../support/postgres/postgres-server.ts';
import { Program } from '../support/program.ts';
import { RedisServer, hasRedis } from '../support/redis/redis-server.ts';
import { headersFor } from '../support/wires.ts';

/** 10,000 show what a few show. */
const DUPLICATES = Number(process.env['RONDO_DUPLICATES'] ?? 200);

const KEYS = ['A'.repeat(43), `${'B'.repeat(42)}A`] as const;
const SECRET = 'C'.repeat(43);
const YES = { action: 'accept', content: { confirm: true } };

if (!hasRedis) console.warn('Tests with Redis are not run here: apt-get install redis-server');

/** Every other process has its keys the other way round. */
async function start(guard: string, address: string, count: number) {
  const programs = Array.from({ length: count }, (_, i) => {
    const keys = i % 2 === 0 ? KEYS : KEYS.toReversed();
    const env = { RONDO_STATE_KEYS: keys.join(), GUARD_SECRET: SECRET };
    return new Program('test/programs/once-counter.ts', [guard, address], env);
  });
  onTestFinished(async () => void (await Promise.all(programs.map((each) => each.kill()))));
  const found = await Promise.all(programs.map((each) => each.until(/http:\S+/)));
  const paid = (): number =>
    programs.map(({ output }) => output.match(/^paid many$/gm) ?? []).flat().length;
  return { urls: found.map(([url]) => url), paid };
}

async function post(url: string, message: Message): Promise<Message> {
  const body = JSON.stringify(message);
  const response = await fetch(url, { method: 'POST', headers: headersFor(message), body });
  return (await response.json()) as Message;
}

async function sendsOnce(guard: string, address: string, count: number): Promise<void> {
  const { urls, paid } = await start(guard, address, count);
  const first = call('pay', { id: 'many' });
  const asked = await post(urls[0]!, first);
  const replies: Message[] = [];
  let sent = 0;
  const send = async (): Promise<void> => {
    while (sent < DUPLICATES) {
      const url = urls[sent++ % urls.length]!;
      replies.push(await post(url, retry(first, asked, { sure: YES })));
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: 16 }, send));
  const seconds = (performance.now() - begun) / 1_000;
  const isRetryable = ({ error }: Message): boolean =>
    (error?.data as { retryable?: boolean } | undefined)?.retryable === true;
  const answered = replies.filter((reply) => !isRetryable(reply));
  if (DUPLICATES > 1_000) {
    const later = replies.length - answered.length;
    console.log(
      `${guard}: ${replies.length} in ${seconds.toFixed(1)} s, ${later} to be sent again`,
    );
  }
  expect(replies).toHaveLength(DUPLICATES);
  expect(new Set(answered.map(textOf))).toEqual(new Set(['paid many']));
  expect(paid()).toBe(1);
}

const LONG = 60_000 + DUPLICATES * 60;

it(
  'S7 MS-19 a round runs once in one process, with its guard in memory',
  () => sendsOnce('memory', '', 1),
  LONG,
);

it(
  'S7 MS-19 a round runs once in one process, with its guard in a directory',
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'rondo-once-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    await sendsOnce('embedded', directory, 1);
  },
  LONG,
);

it.skipIf(!hasRedis)(
  'S7 MS-19 a round runs once, whichever of four processes its request is sent to, with Redis',
  async () => {
    const redis = await RedisServer.start();
    onTestFinished(() => redis.remove());
    await sendsOnce('redis', String(redis.port), 4);
  },
  LONG,
);

withPostgres(() => {
  it(
    'S7 MS-19 a round runs once, whichever of four processes its request is sent to',
    async () => {
      const postgres = await PostgresServer.start();
      onTestFinished(() => postgres.remove());
      await sendsOnce('postgres', postgres.address, 4);
    },
    LONG,
  );
});
