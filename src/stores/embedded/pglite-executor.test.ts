import { expect, test } from 'vitest';
import { type EmbeddedDatabase, PgliteExecutor } from './pglite-executor.ts';

/** A database whose statements fail with `code`, as long as there is one. */
function failing(faults: { code?: string; severity?: string }[]) {
  const seen = { opened: 0, statements: 0, closed: 0 };
  let now = 0;
  const open = async (): Promise<EmbeddedDatabase> => {
    seen.opened++;
    const query = async () => {
      seen.statements++;
      const fault = faults.shift();
      if (fault) throw Object.assign(new Error('it failed'), fault);
      return { rows: [] };
    };
    return {
      query,
      transaction: (work) => work({ query }),
      close: async () => void seen.closed++,
    };
  };
  const executor = new PgliteExecutor(open, () => now);
  return { executor, seen, pass: (ms: number) => void (now += ms) };
}

for (const fault of [
  { code: '58030' },
  { code: '53100' },
  { severity: 'PANIC', code: '42P01' },
  {},
]) {
  test(`an embedded database that failed with ${JSON.stringify(fault)} is not touched again`, async () => {
    const { executor, seen, pass } = failing([fault]);
    await expect(executor.query('select 1')).rejects.toMatchObject({ code: 'store_failed' });
    await expect(executor.query('select 1')).rejects.toMatchObject({ code: 'store_failed' });
    pass(4_999);
    const transaction = executor.transaction((query) => query('select 1'));
    await expect(transaction).rejects.toMatchObject({ code: 'store_failed' });
    expect(seen).toEqual({ opened: 1, statements: 1, closed: 0 });
    pass(1);
    await executor.query('select 1');
    expect(seen).toEqual({ opened: 2, statements: 2, closed: 0 });
    await executor.close();
    expect(seen.closed).toBe(1);
  });
}

test('an embedded database goes on after an error of one statement, or of who uses it', async () => {
  const { executor, seen } = failing([{ code: '23505' }]);
  await expect(executor.query('select 1')).rejects.toMatchObject({ code: 'store_failed' });
  const work = executor.transaction(() => Promise.reject(new Error('its own')));
  await expect(work).rejects.toThrow('its own');
  await executor.query('select 1');
  expect(seen).toEqual({ opened: 1, statements: 2, closed: 0 });
});
