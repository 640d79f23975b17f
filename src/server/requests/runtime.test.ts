import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

type Runtime = typeof import('./runtime.ts');

/** What Node has beyond what every platform has. Vitest needs the rest of `process`. */
function withoutNode(): void {
  for (const name of ['setImmediate', 'clearImmediate']) vi.stubGlobal(name, undefined);
  const absent = { value: undefined, writable: true };
  const rest = Object.create(process, { nextTick: absent, getBuiltinModule: absent }) as object;
  vi.stubGlobal('process', rest);
}

describe('on a platform without the globals of Node', () => {
  let runtime: Runtime;

  beforeEach(async () => {
    vi.resetModules();
    withoutNode();
    runtime = await import('./runtime.ts');
  });

  afterEach(() => vi.unstubAllGlobals());

  /** When `wait` calls back, beside code and microtasks. */
  async function orderOf(wait: 'turn' | 'drained'): Promise<readonly string[]> {
    const order: string[] = [];
    const called = new Promise<void>((resolve) => {
      runtime.systemScheduler[wait](() => {
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
    runtime.systemScheduler.turn(cancelled)();
    await new Promise<void>((resolve) => void runtime.systemScheduler.turn(resolve));
    await new Promise<void>((resolve) => void runtime.systemScheduler.turn(resolve));
    expect(cancelled).not.toHaveBeenCalled();
  });

  it('F11 the scope of a call is known until it returns or throws, in calls inside it too', () => {
    const { systemScope } = runtime;
    const [outer, inner] = [{}, {}];
    expect(systemScope.current()).toBeUndefined();
    const seen = systemScope.run(outer, () => {
      const before = systemScope.current();
      const inside = systemScope.run(inner, () => systemScope.current());
      return [before, inside, systemScope.current()];
    });
    expect(seen).toEqual([outer, inner, outer]);
    expect(seen[0]).toBe(outer);
    expect(seen[1]).toBe(inner);
    const thrown = (): never => {
      throw new Error('thrown');
    };
    expect(() => systemScope.run(outer, thrown)).toThrow('thrown');
    expect(systemScope.current()).toBeUndefined();
  });
});

it('F4 channels of turns are closed: none keeps the process alive', async () => {
  vi.resetModules();
  vi.stubGlobal('setImmediate', undefined);
  const closed = vi.spyOn(MessagePort.prototype, 'close');
  try {
    const { systemScheduler } = (await import('./runtime.ts')) as Runtime;
    await new Promise<void>((resolve) => void systemScheduler.turn(resolve));
    expect(closed).toHaveBeenCalledTimes(1);
  } finally {
    closed.mockRestore();
    vi.unstubAllGlobals();
  }
});

it('F11 on Node the scope of a step is known after an await, and is not that of what runs beside it', async () => {
  vi.resetModules();
  const { systemScope } = (await import('./runtime.ts')) as Runtime;
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
