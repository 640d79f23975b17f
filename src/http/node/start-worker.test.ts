import { describe, expect, it } from 'vitest';
import type { Dispatcher } from '../../protocol/dispatcher.ts';
import { startWorker } from './start-worker.ts';

const working = { close: async () => {} };

const server = (work?: Dispatcher['work']): Dispatcher =>
  ({ dispatch: async () => ({ status: 200, body: '' }), ...(work && { work }) }) as never;

describe('a worker alone', () => {
  it('works so many tasks at once, by default ten', () => {
    const asked: number[] = [];
    const worker = server((concurrency) => (asked.push(concurrency), working));
    expect(startWorker(worker)).toBe(working);
    startWorker(worker, { concurrency: 3 });
    expect(asked).toEqual([10, 3]);
  });

  it('needs a server with tasks', () => {
    const code = 'needs_store';
    for (const none of [server(), server(() => undefined)]) {
      expect(() => startWorker(none)).toThrow(expect.objectContaining({ code }));
    }
    expect(() => startWorker({} as Dispatcher)).toThrow('startWorker() takes an McpServer');
  });

  it('cannot work none at once', () => {
    expect(() => startWorker(server(), { concurrency: 0 })).toThrow('concurrency');
  });
});
