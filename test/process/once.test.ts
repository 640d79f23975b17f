/** A round whose process is killed in the middle, with a guard in one PostgreSQL (S7). */
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { PostgresServer } from '../support/postgres/postgres-server.ts';
import { Program } from '../support/program.ts';
import { type Message, call, retry, textOf } from '../support/messages.ts';
import { headersFor } from '../support/wires.ts';

const KEYS = ['A'.repeat(43), `${'B'.repeat(42)}A`] as const;

const YES = { action: 'accept', content: { confirm: true } };

let postgres: PostgresServer;

beforeAll(async () => {
  postgres = await PostgresServer.start();
  await postgres.query('create table notes (what text, key text, pid integer)');
});
afterAll(() => postgres.remove());

/** Four processes; every other one has its keys the other way round. */
async function start(): Promise<string[]> {
  const programs = [0, 1, 0, 1].map(
    (first) =>
      new Program('test/programs/once-server.ts', [postgres.address], {
        RONDO_STATE_KEYS: `${KEYS[first]},${KEYS[1 - first]!}`,
      }),
  );
  onTestFinished(async () => void (await Promise.all(programs.map((each) => each.kill()))));
  const found = await Promise.all(programs.map((each) => each.until(/http:\S+/)));
  return found.map(([url]) => url);
}

async function post(url: string, message: Message): Promise<Message> {
  const body = JSON.stringify(message);
  const response = await fetch(url, { method: 'POST', headers: headersFor(message), body });
  return (await response.json()) as Message;
}

async function begun(what: string): Promise<number> {
  const rows = await postgres.query('select * from notes where what = $1', [what]);
  return rows.length;
}

it('S7 a process that is killed in the middle leaves its round to another', async () => {
  const urls = await start();
  const first = call('pay', { id: 'held' });
  const asked = await post(urls[0]!, first);
  const lost = post(urls[1]!, retry(first, asked, { sure: YES })).catch(() => 'lost');
  while ((await begun('pay held')) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  const [{ pid, key }] = (await postgres.query(
    `select pid, key from notes where what = 'pay held'`,
  )) as [{ pid: number; key: string }];
  process.kill(pid, 'SIGKILL');
  expect(await lost).toBe('lost');
  // What a lease of 30 s comes to.
  await postgres.query('update rondo.guard set lease_until = 0');
  await postgres.query(`insert into notes values ('free', '', 0)`);
  const again = await post(urls[2]!, retry(first, asked, { sure: YES }));
  expect(textOf(again)).toBe('paid held');
  const keys = await postgres.query(`select key from notes where what = 'pay held'`);
  expect(keys).toEqual([{ key }, { key }]);
});
