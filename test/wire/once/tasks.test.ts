/** Rounds that run once, of tools that become tasks (K8). */
import { expect, it, vi } from 'vitest';
import { MemoryTasks } from '../../../src/tasks/memory/memory-tasks.ts';
import type { McpServer } from '../../../src/server/server.ts';
import { overWires } from '../../support/each-wire.ts';
import { RETRYABLE, guardBench } from '../../support/guard.ts';
import { call, retry } from '../../support/messages.ts';
import { WITH_TASKS } from '../../support/tasks.ts';

overWires('S7 K8 a task of a round that runs once', ['in process'], (bench) => {
  async function open(setUp: (server: McpServer) => void) {
    const tasks = new MemoryTasks();
    const creating = vi.spyOn(tasks, 'create');
    const { store, ...guard } = guardBench({ tasks });
    const { send } = await bench.open(setUp, { store: store() });
    const first = call('work');
    Object.assign(first.params._meta, WITH_TASKS);
    return { ...guard, send, first, created: () => creating.mock.calls.length };
  }

  const always = (server: McpServer): void =>
    void server.registerTool('work', { replay: 'once', task: 'always' }, () => 'done');

  it('is not created by a first call that nobody has named', async () => {
    const { send, first, created } = await open(always);
    const begun = (await send(first)).response;
    expect(begun.result).toMatchObject({ resultType: 'input_required' });
    expect([begun.result!['inputRequests'], created()]).toEqual([undefined, 0]);
    const task = (await send(retry(first, begun, {}))).response.result!;
    const again = (await send(retry(first, begun, {}))).response.result!;
    expect(task).toMatchObject({ resultType: 'task', taskId: expect.any(String) as string });
    expect([again['taskId'], created()]).toEqual([task['taskId'], 1]);
  });

  it('is created by one that has a call key, and is its reply', async () => {
    const { send, first, created } = await open(always);
    const named = { ...first.params._meta, 'mcp-rondo/callKey': 'a' };
    const message = { ...first, params: { ...first.params, _meta: named } };
    const task = (await send(message)).response.result!;
    const again = (await send({ ...message, id: 'again' })).response.result!;
    expect(task).toMatchObject({ resultType: 'task' });
    expect([again['taskId'], created()]).toEqual([task['taskId'], 1]);
  });

  it('is the same one where its reply could not be recorded', async () => {
    const { send, first, pass, breakDown, repair, created } = await open(always);
    const begun = (await send(first)).response;
    breakDown('finish');
    const failed = (await send(retry(first, begun, {}))).response;
    expect(failed.error).toMatchObject(RETRYABLE);
    repair();
    pass(31_000);
    const task = (await send(retry(first, begun, {}))).response.result!;
    const again = (await send(retry(first, begun, {}))).response.result!;
    expect([task['resultType'], again['taskId']]).toEqual(['task', task['taskId']]);
    expect(created()).toBe(2);
  });

  it('waits for the next round if a first one calls detach', async () => {
    let runs = 0;
    const { send, first, created } = await open(
      (server) =>
        void server.registerTool('work', { replay: 'once' }, async (ctx) => {
          runs++;
          await ctx.detach();
          return 'done';
        }),
    );
    const begun = (await send(first)).response;
    expect(begun.result).toMatchObject({ resultType: 'input_required' });
    expect(created()).toBe(0);
    const task = (await send(retry(first, begun, {}))).response.result!;
    const again = (await send(retry(first, begun, {}))).response.result!;
    expect([task['resultType'], again['taskId']]).toEqual(['task', task['taskId']]);
    expect([created(), runs]).toEqual([1, 2]);
  });
});
