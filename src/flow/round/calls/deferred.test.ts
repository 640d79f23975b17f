import { describe, expect, it } from 'vitest';
import { Deferred, never } from './deferred.ts';

class Watched<T> extends Deferred<T> {
  times = 0;

  override onAwaited(): void {
    this.times++;
  }
}

const awaiting: [string, (promise: Promise<number>) => unknown][] = [
  ['then', (promise) => promise.then(() => {})],
  ['catch', (promise) => promise.catch(() => {})],
  ['finally', (promise) => promise.finally(() => {})],
  ['await', async (promise) => await promise],
  ['Promise.all', (promise) => Promise.all([promise, 1])],
  ['Promise.race', (promise) => Promise.race([promise, never()])],
  ['return from an async function', (promise) => (async () => promise)()],
];

describe('F3 F4 a promise of an ask', () => {
  it.each(awaiting)('says that it is awaited: by %s', async (_how, wait) => {
    const deferred = new Watched<number>();
    expect(deferred.times).toBe(0);
    wait(deferred.promise);
    await null;
    await null;
    expect(deferred.times).toBe(1);
  });

  it('says so once, however often it is awaited', async () => {
    const deferred = new Watched<number>();
    deferred.resolve(1);
    expect(await Promise.all([deferred.promise, deferred.promise])).toEqual([1, 1]);
    expect(deferred.times).toBe(1);
  });

  it('derives ordinary promises', () => {
    const { promise } = new Watched<number>();
    expect(promise).toBeInstanceOf(Promise);
    expect(Object.getPrototypeOf(promise.then(() => {}))).toBe(Promise.prototype);
  });

  it('gives what it was settled with', async () => {
    const good = new Watched<number>();
    good.resolve(7);
    expect(await good.promise.then((value) => value + 1)).toBe(8);
    const bad = new Watched<number>();
    bad.reject(new Error('no'));
    await expect(bad.promise).rejects.toThrow('no');
    expect(await bad.promise.then(null, () => 'caught')).toBe('caught');
  });

  it('that is rejected before anybody awaits it is not an unhandled rejection', async () => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', listen);
    const deferred = new Watched<number>();
    deferred.reject(new Error('early'));
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.off('unhandledRejection', listen);
    expect(unhandled).toEqual([]);
    expect(deferred.times).toBe(0);
  });
});

it('F3 never() stays pending', async () => {
  const settled: string[] = [];
  never().then(
    () => settled.push('resolved'),
    () => settled.push('rejected'),
  );
  await new Promise((resolve) => setTimeout(resolve, 1));
  expect(settled).toEqual([]);
});
