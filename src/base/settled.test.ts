import { describe, expect, it, vi } from 'vitest';
import { ignore, isThenable, settled } from './settled.ts';

describe('a promise of any kind', () => {
  const own = { then: (resolve: (value: number) => void) => resolve(7) };

  it('is known by its then', async () => {
    expect([Promise.resolve(), own, Object.assign(() => {}, own)].map(isThenable)).not.toContain(
      false,
    );
    expect([undefined, null, 7, 'then', {}, { then: 7 }].map(isThenable)).not.toContain(true);
    expect(await settled(own as never)).toBe(7);
  });

  it('may reject when its outcome does not matter', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    ignore(Promise.reject(new Error('boo')));
    ignore({ then: () => expect.fail('boo') });
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });
});
