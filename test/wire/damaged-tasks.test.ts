/** Rows of tasks that a worker cannot read: they end no worker, and keep no other task waiting (P8). */
import { expect, it } from 'vitest';
import type { JsonValue } from '../../src/base/json/json.ts';
import type { McpServer } from '../../src/server/server.ts';
import { KeyRing, generateKey } from '../../src/state/key-ring.ts';
import { Sealer } from '../../src/state/sealer.ts';
import { MemorySecret } from '../../src/stored/secret-store.ts';
import { StoreSecret } from '../../src/stored/store-secret.ts';
import { defineStore } from '../../src/stores/define-store.ts';
import { inMemory } from '../../src/stores/memory-store.ts';
import type { SealedCell } from '../../src/tasks/contract.ts';
import { MemoryTasks } from '../../src/tasks/memory/memory-tasks.ts';
import { taskSeal } from '../../src/tasks/stored/task-seal.ts';
import { overWires } from '../support/each-wire.ts';
import { warningsTo } from '../support/logger.ts';
import { openTasks } from '../support/tasks.ts';

const key = generateKey();

const parts = () => ({
  tasks: new MemoryTasks(),
  secret: new MemorySecret(),
  transaction: inMemory,
  close: async () => undefined,
});

function withTool(server: McpServer): void {
  server.registerTool('t', { task: 'always' }, async (ctx) => {
    await ctx.step('one', () => 1);
    return 'done';
  });
}

overWires('P8 a worker', ['in process'], (bench) => {
  /** A task that nobody has begun, the cell with its call, and how it is sealed. */
  async function stored(store: ReturnType<typeof parts>) {
    const options = { state: { keys: [key] }, worker: false };
    const tasks = await openTasks(bench, withTool, { ...options, store: defineStore(store) });
    const { taskId } = (await tasks.call('t')).result!;
    const ring = new KeyRing([key]);
    const secret = await StoreSecret.load(new Sealer(ring, 'secret'), store.secret);
    const seal = taskSeal(new Sealer(ring, 'task'), secret);
    const cells = await store.tasks.sealedUnder(seal.keyIds[0]!, 10);
    const cell = cells.find((each) => each.taskId === taskId && each.column === 'call')!;
    return { taskId, cell, seal };
  }

  function working(store: ReturnType<typeof parts>, warnings: string[] = []) {
    const options = { state: { keys: [key] }, logger: warningsTo(warnings) };
    return openTasks(bench, withTool, { ...options, store: defineStore(store) });
  }

  it('fails a task whose row is damaged, and goes on with others', async () => {
    const store = parts();
    const { taskId, cell } = await stored(store);
    const damaged = { keyId: cell.sealed.keyId, text: `A${cell.sealed.text.slice(1)}B` };
    expect(await store.tasks.reseal(cell, damaged)).toBe(true);
    const warnings: string[] = [];
    const tasks = await working(store, warnings);
    const { error } = await tasks.until(taskId, 'failed');
    expect(error).toMatchObject({ code: -32_603 });
    expect(warnings.join('\n')).toContain(String(taskId));
    const { taskId: other } = (await tasks.call('t')).result!;
    await tasks.until(other, 'completed');
  });

  it('leaves a task of a newer format to newer workers', async () => {
    const store = parts();
    const { taskId, cell, seal } = await stored(store);
    const written = seal.open(addressOf(cell), cell.sealed) as JsonValue[];
    const newer = seal.seal(addressOf(cell), [2, ...written.slice(1)]);
    expect(await store.tasks.reseal(cell, newer)).toBe(true);
    const warnings: string[] = [];
    const tasks = await working(store, warnings);
    const { taskId: other } = (await tasks.call('t')).result!;
    await tasks.until(other, 'completed');
    await expect.poll(() => warnings.join('\n')).toContain('has format 2');
    expect(await tasks.get(taskId)).toMatchObject({ status: 'working' });
  });
});

function addressOf({ taskId, column, key: name }: SealedCell) {
  return { taskId, column, key: name };
}
