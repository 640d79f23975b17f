import { describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../test-support/temporary-folder.ts';
import { withStore } from './store-access.ts';

const EIO = new Error('EIO: i/o error, close');

vi.mock('../../stores/embedded/open-embedded.ts', () => ({
  openEmbedded: async () => ({
    value: { executor: {} },
    close: async () => {
      throw EIO;
    },
  }),
}));

describe('a store that cannot be closed', () => {
  const using = <T>(use: () => Promise<T>): Promise<T> =>
    withStore({ directory: temporaryFolder() }, { mayCreate: true }, use);

  it('is a failure after the result, which has been printed', async () => {
    const expected = { name: 'AfterResult', cause: EIO };
    await expect(using(async () => 'result')).rejects.toMatchObject(expected);
  });

  it('does not hide what has failed before', async () => {
    const failing = using(async () => {
      throw new Error('the first');
    });
    await expect(failing).rejects.toThrow('the first');
  });
});
