/** The example of a task that lasts, with its process killed in the middle. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../../src/cli/test-support/temporary-folder.ts';
import { Client } from '../../src/client/client.ts';
import type { Stepper } from '../../src/client/flows/stepper.ts';
import { generateKey } from '../../src/state/key-ring.ts';
import { withPostgres } from '../support/postgres/if-there.ts';
import { PostgresServer } from '../support/postgres/postgres-server.ts';
import { Program } from '../support/program.ts';

const programs: Program[] = [];
const clients: Client[] = [];
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()));
  await Promise.all(programs.splice(0).map((program) => program.kill()));
});

async function start(env: NodeJS.ProcessEnv): Promise<{ program: Program; client: Client }> {
  const program = new Program('examples/index-folder.ts', [], { ...env, PORT: '0' });
  programs.push(program);
  const [, url] = await program.until(/Serving at (\S+)/);
  const onElicit = (): { action: 'cancel' } => ({ action: 'cancel' });
  const client = new Client(url!, { name: 'test', version: '1.0.0', onElicit });
  clients.push(client);
  return { program, client };
}

async function untilAsked(flow: Stepper, key: string): Promise<void> {
  while (flow.status === 'working') await flow.advance();
  expect(Object.keys(flow.questions)).toEqual([key]);
}

/** Answers in one process, which is killed, and goes on in another. */
async function indexOver(store: NodeJS.ProcessEnv): Promise<void> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'a.md'), '# Apples\nare red');
  writeFileSync(join(folder, 'b.md'), 'no heading');
  const env = { ...store, RONDO_STATE_KEYS: generateKey(), FOLDER: folder };
  const first = await start(env);
  const at = new Date(Date.now() + 200).toISOString();
  const flow = first.client.start('tools/call', { name: 'index_folder', arguments: { at } });
  await flow.advance();
  const taskId = flow.taskId!;
  await untilAsked(flow, 'go');
  flow.answer('go', { action: 'accept', content: { confirm: true } });
  await flow.advance();
  await untilAsked(flow, 'title 1');
  expect(first.program.errors.match(/reading .*/g)).toEqual(['reading a.md', 'reading b.md']);
  await first.program.kill();

  const second = await start(env);
  const task = second.client.task(taskId);
  expect(await task.get()).toMatchObject({ statusMessage: 'reads file 2 of 2' });
  const rest = task.follow();
  await rest.advance();
  await untilAsked(rest, 'title 1');
  rest.answer('title 1', { action: 'accept', content: { title: 'Bees' } });
  while (rest.status !== 'complete') await rest.advance();
  expect(rest.result).toMatchObject({ content: [{ text: 'Indexed 2 files into INDEX.md.' }] });
  expect(readFileSync(join(folder, 'INDEX.md'), 'utf8')).toBe(
    '- Apples: a.md, 4 words\n- Bees: b.md, 2 words\n',
  );
  expect(second.program.errors).not.toContain('reading');
}

it('the example index-folder goes on where its process was killed, from a directory', async () => {
  await indexOver({ STORE: join(temporaryFolder(), 'tasks'), RONDO_DATABASE_URL: '' });
});

withPostgres(() => {
  let postgres: PostgresServer;
  beforeAll(async () => void (postgres = await PostgresServer.start()));
  afterAll(() => postgres.remove());

  it('the example index-folder goes on where its process was killed, from PostgreSQL', async () => {
    await indexOver({ RONDO_DATABASE_URL: postgres.address });
  });
});
