/** Stores of authors that fail: calls may be tried again, and the log has one line a minute. */
import { describe, expect, it } from 'vitest';
import { McpServer, RondoError, defineStore } from 'mcp-rondo';
import { Client } from 'mcp-rondo/client';
import { MemoryGuard } from '../../src/guard/memory/memory-guard.ts';
import { MemorySpill } from '../../src/spill/memory-spill.ts';
import { MemorySecret } from '../../src/stored/secret-store.ts';
import { inMemory } from '../../src/stores/memory-store.ts';
import { MemoryTasks } from '../../src/tasks/memory/memory-tasks.ts';
import { silent, warningsTo } from '../support/logger.ts';
import { storeOf } from '../support/store-of.ts';

const PARTS = {
  tasks: () => new MemoryTasks(),
  guard: () => new MemoryGuard(),
  spill: () => new MemorySpill(),
};

const fail = (): never => {
  throw new Error('the database is away\n[rondo] all is well');
};

/** A server whose store fails at one method of one part. */
function failing(part: keyof typeof PARTS, method: string, warnings: string[]): McpServer {
  const [tasks, guard, spill] = [PARTS.tasks(), PARTS.guard(), PARTS.spill()];
  const whole = { tasks, guard, spill };
  Object.assign(whole[part], { [method]: fail });
  const store = defineStore({
    ...whole,
    secret: new MemorySecret(),
    isVolatile: true,
    singleProcess: true,
    transaction: inMemory as never,
    close: async () => undefined,
  });
  const logger = warningsTo(warnings);
  const server = new McpServer({ name: 's', version: '1' }, { logger, store, tasks: {} });
  server.registerTool('once', { replay: 'once' }, async (ctx) =>
    String(await ctx.confirm('go', 'Go?')),
  );
  server.registerTool('large', {}, async (ctx) => {
    await ctx.step('big', () => 'x'.repeat(60_000));
    return String(await ctx.confirm('go', 'Go?'));
  });
  server.registerTool('task', { task: 'always' }, () => 'done');
  return server;
}

const clientOf = (server: McpServer): Client =>
  new Client(server, {
    name: 'c',
    version: '1',
    logger: silent,
    onElicit: () => ({ action: 'decline' }),
  });

describe('a store that fails', () => {
  it('K6 because it is closed already lets tasks be looked for again', async () => {
    const tasks = new MemoryTasks();
    tasks.read = async () => {
      throw new RondoError('closed', 'The store is closed.');
    };
    const server = new McpServer(
      { name: 's', version: '1' },
      { logger: silent, store: storeOf(tasks) },
    );
    const getting = clientOf(server).task('some-task').get();
    await expect(getting).rejects.toMatchObject({ code: -32603, data: { retryable: true } });
  });

  it.each<[keyof typeof PARTS, string, (client: Client) => Promise<unknown>]>([
    ['guard', 'claim', (client) => client.callTool('once')],
    ['spill', 'put', (client) => client.callTool('large')],
    ['tasks', 'create', (client) => client.callTool('task')],
    ['tasks', 'read', (client) => client.task('some-task').get()],
    ['tasks', 'read', (client) => client.task('some-task').cancel()],
  ])('S7 K2 at %s.%s lets calls be tried again, and is one line in the log', async (...given) => {
    const [part, method, use] = given;
    const warnings: string[] = [];
    const client = clientOf(failing(part, method, warnings));
    for (let i = 0; i < 20; i++) {
      const error = { code: -32603, data: { retryable: true } };
      await expect(use(client)).rejects.toMatchObject(error);
    }
    const ofStore = warnings.filter((line) => line.includes('the database is away'));
    expect(ofStore).toHaveLength(1);
    expect(ofStore[0]).not.toContain('\n');
  });
});
