import { describe, expect, it, vi } from 'vitest';
import { schedulerOf, scopeOf, systemScheduler, systemScope } from './runtime.ts';

describe('on a platform without the globals of Node', () => {
  const scheduler = schedulerOf({});

  /** When `wait` calls back, beside code and microtasks. */
  async function orderOf(wait: 'turn' | 'drained'): Promise<readonly string[]> {
    const order: string[] = [];
    const called = new Promise<void>((resolve) => {
      scheduler[wait](() => {
        order.push(wait);
        resolve();
      });
    });
    void Promise.resolve()
      .then(() => order.push('microtask'))
      .then(() => order.push('its microtask'));
    order.push('code');
    await called;
    return order;
  }

  it('F1 F4 a turn, and what waits for microtasks, comes after all of them', async () => {
    for (const wait of ['turn', 'drained'] as const) {
      expect(await orderOf(wait)).toEqual(['code', 'microtask', 'its microtask', wait]);
    }
  });

  it('F4 a turn that was cancelled does not come, and the next one does', async () => {
    const cancelled = vi.fn();
    scheduler.turn(cancelled)();
    await new Promise<void>((resolve) => void scheduler.turn(resolve));
    await new Promise<void>((resolve) => void scheduler.turn(resolve));
    expect(cancelled).not.toHaveBeenCalled();
  });

  it('F11 the scope of a call is known until it returns or throws, in calls inside it too', () => {
    const scope = scopeOf({});
    const [outer, inner] = [{}, {}];
    expect(scope.current()).toBeUndefined();
    const seen = scope.run(outer, () => {
      const before = scope.current();
      const inside = scope.run(inner, () => scope.current());
      return [before, inside, scope.current()];
    });
    expect(seen).toEqual([outer, inner, outer]);
    expect(seen[0]).toBe(outer);
    expect(seen[1]).toBe(inner);
    const thrown = (): never => {
      throw new Error('thrown');
    };
    expect(() => scope.run(outer, thrown)).toThrow('thrown');
    expect(scope.current()).toBeUndefined();
  });
});

it('F4 channels of turns are closed: none keeps the process alive', async () => {
  const closed = vi.spyOn(MessagePort.prototype, 'close');
  try {
    await new Promise<void>((resolve) => void schedulerOf({}).turn(resolve));
    expect(closed).toHaveBeenCalledTimes(1);
  } finally {
    closed.mockRestore();
  }
});

describe('on Node', () => {
  it('F1 F4 what waits for microtasks comes after all of them, and before a turn', async () => {
    const order: string[] = [];
    const turned = new Promise<void>((resolve) => {
      systemScheduler.turn(() => resolve(void order.push('turn')));
    });
    systemScheduler.drained(() => order.push('drained'));
    void Promise.resolve()
      .then(() => order.push('microtask'))
      .then(() => order.push('its microtask'))
      .then(() => order.push('and its microtask'));
    await turned;
    expect(order).toEqual(['microtask', 'its microtask', 'and its microtask', 'drained', 'turn']);
  });

  it('F11 the scope of a step is known after an await, and is not that of what runs beside it', async () => {
    const [one, other] = [{}, {}];
    const seenAfterAwait = (value: object): Promise<unknown> =>
      systemScope.run(value, async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return systemScope.current();
      });
    const seen = await Promise.all([seenAfterAwait(one), seenAfterAwait(other)]);
    expect(seen[0]).toBe(one);
    expect(seen[1]).toBe(other);
    expect(systemScope.current()).toBeUndefined();
  });
});
