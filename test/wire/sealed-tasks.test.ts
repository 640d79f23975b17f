/** What a store sees of tasks (K13). */
import { expect, it } from 'vitest';
import { McpServer } from '../../src/server/server.ts';
import { generateKey } from '../../src/state/key-ring.ts';
import { defineStore } from '../../src/stores/define-store.ts';
import { inMemory } from '../../src/stores/memory-store.ts';
import { rewrapStore } from '../../src/stores/rewrap-store.ts';
import { MemoryTasks } from '../../src/tasks/memory/memory-tasks.ts';
import { MemorySecret } from '../../src/stored/secret-store.ts';
import { StoreSecret } from '../../src/stored/store-secret.ts';
import { taskSeal } from '../../src/tasks/stored/task-seal.ts';
import { KeyRing } from '../../src/state/key-ring.ts';
import { Sealer } from '../../src/state/sealer.ts';
import { overWires } from '../support/each-wire.ts';
import { openTasks } from '../support/tasks.ts';

const parts = () => ({
  tasks: new MemoryTasks(),
  secret: new MemorySecret(),
  transaction: inMemory,
  close: async () => undefined,
});

it('K13 a store that outlives its process needs keys that do', () => {
  const make = (): unknown =>
    new McpServer({ name: 'a', version: '1' }, { store: defineStore(parts()) });
  expect(make).toThrow(/state\.keys/);
});

overWires('K13 tasks at rest', ['in process'], (bench) => {
  it('show nothing of what they are about, and are sealed anew under another key', async () => {
    const given = parts();
    const keys = [generateKey(), generateKey()];
    const sealOf = async (ring: string[]) => {
      const keyRing = new KeyRing(ring);
      const secret = await StoreSecret.load(new Sealer(keyRing, 'secret'), given.secret);
      return taskSeal(new Sealer(keyRing, 'task'), secret);
    };
    const tasks = await openTasks(
      bench,
      (server) => {
        const inputSchema = { type: 'object', properties: { text: { type: 'string' } } } as const;
        server.registerTool('t', { task: 'always', inputSchema }, async (_args, ctx) => {
          ctx.status('canary message');
          await ctx.step('canary key', () => 'canary outcome');
          return String(await ctx.confirm('canary question', 'canary text?'));
        });
      },
      { store: defineStore(given), state: { keys: [keys[0]!] } },
    );
    const { taskId } = (await tasks.call('t', { text: 'canary argument' })).result!;
    await tasks.until(taskId, 'input_required');
    const [old] = (await sealOf([keys[0]!])).keyIds;
    const cells = await given.tasks.sealedUnder(old!, 1_000);
    expect(cells.map(({ column }) => column).toSorted()).toEqual([
      'ask',
      'call',
      'entry',
      'message',
    ]);
    expect(JSON.stringify([cells, await given.tasks.read([taskId as string])])).not.toMatch(
      /canary/,
    );
    const seal = await sealOf([keys[1]!, keys[0]!]);
    await rewrapStore(given, (purpose) => new Sealer(new KeyRing([keys[1]!, keys[0]!]), purpose));
    expect([...(await given.tasks.countKeys()).keys()]).toEqual([seal.keyIds[0]]);
  });

  it('open under a new key alone once they were sealed anew, and so does what finds them', async () => {
    const given = parts();
    const [old, next] = [generateKey(), generateKey()];
    const open = (keys: string[], worker: boolean) => {
      const store = defineStore(given);
      const tools = (server: McpServer): void => {
        server.registerTool('t', { task: 'always' }, async (ctx) =>
          String(await ctx.confirm('question', 'Really?')),
        );
      };
      const opened = openTasks(bench, tools, { store, state: { keys }, worker });
      return { store, opened };
    };
    const before = await open([old], true).opened;
    const { taskId } = (await before.call('t')).result!;
    await before.until(taskId, 'input_required');
    await before.server.close();
    const both = open([next, old], false);
    await both.opened;
    await both.store.rewrap();
    await both.store.rewrap();
    const [first] = new Sealer(new KeyRing([next]), 'task').keyIds;
    expect([...(await given.tasks.countKeys()).keys()]).toEqual([first]);
    const stored = await given.secret.load({ keyId: '', text: '' });
    expect(stored.keyId).toBe(first);
    const after = await open([next], true).opened;
    await after.until(taskId, 'input_required');
    const content = { confirm: true };
    await after.ask('tasks/update', taskId, {
      inputResponses: { question: { action: 'accept', content } },
    });
    const { result } = await after.until(taskId, 'completed', 'failed');
    expect(result).toMatchObject({ content: [{ text: 'true' }] });
  });
});
