/** A directory whose process has ended while it held tasks. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openEmbedded } from '../../src/stores/embedded/open-embedded.ts';
import { Trial } from '../../src/testing/store-checks/store-check.ts';

test('K2 K14 a task that was held when the directory was left has a lapsed lease, and is due', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'rondo-left-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const before = await openEmbedded(directory);
  const trial = new Trial({ ...before.value, transaction: before.value.executor.transaction });
  const held = await trial.working();
  expect(await trial.claim()).toEqual([]);
  await before.close();
  const { value, close } = await openEmbedded(directory);
  onTestFinished(close);
  const claimed = await value.tasks.claim(trial.what(), 1, 60_000);
  expect(claimed.tasks).toMatchObject([{ taskId: held.taskId, hasLapsed: true, lapses: 1 }]);
  await expect(value.tasks.release(held, { seen: 0, after: 0 })).rejects.toMatchObject({
    code: 'lease_lost',
  });
});
