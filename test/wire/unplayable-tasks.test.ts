/** Tasks whose store refuses to load them, for a reason that may pass. */
import { expect, it, onTestFinished } from 'vitest';
import { McpServer } from '../../src/server/server.ts';
import type { LoadedTask, NewTask, TaskLease, TaskRelease } from '../../src/tasks/contract.ts';
import { MemoryTasks } from '../../src/tasks/memory/memory-tasks.ts';
import { until } from '../support/until.ts';
import { storeOf } from '../support/store-of.ts';

/** Refuses to load tasks, and releases them at once; notes for how long they were to wait. */
class Refusing extends MemoryTasks {
  readonly waits = new Map<string, number[]>();

  override async load(_lease: TaskLease): Promise<LoadedTask> {
    throw new TypeError('it cannot be loaded');
  }

  override async release(lease: TaskLease, release: TaskRelease): Promise<number> {
    const own = this.waits.get(lease.taskId) ?? [];
    this.waits.set(lease.taskId, [...own, release.after!]);
    return super.release(lease, own.length < 8 ? { ...release, after: 0 } : release);
  }
}

function task(taskId: string): NewTask {
  return {
    taskId,
    flowId: taskId,
    audience: 'under-test',
    target: 'work',
    version: '',
    principal: 'p',
    request: 'r',
    call: { keyId: '', text: 'call' },
    ttl: 1e9,
    marksEnd: false,
    maxUnfinished: 10,
  };
}

it('K14 tasks that cannot be run for an unknown reason wait longer each time, and are one line a minute', async () => {
  const tasks = new Refusing();
  const store = storeOf(tasks);
  const warned: string[] = [];
  const warn = (message: string): void => void warned.push(message);
  const logger = { debug: warn, info: warn, warn, error: warn };
  const server = new McpServer({ name: 'under-test', version: '1' }, { store, logger });
  onTestFinished(() => server.close());
  server.registerTool('work', { task: 'always' }, () => 'done');
  await tasks.create(task('a'));
  await tasks.create(task('b'));
  server.work(10);
  await until(() => [...tasks.waits.values()].flat().length === 18);
  const waits = [10, 20, 40, 80, 160, 320, 640, 900, 900].map((seconds) => seconds * 1_000);
  expect([tasks.waits.get('a'), tasks.waits.get('b')]).toEqual([waits, waits]);
  expect(warned.filter((message) => message.includes('cannot be run'))).toHaveLength(1);
});
