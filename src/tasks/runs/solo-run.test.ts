import { expect, it } from 'vitest';
import { SoloRun } from './solo-run.ts';

it('K14 a task that has ended workers begins when it is the only one that is left, and nothing may begin meanwhile', async () => {
  const [suspect, other] = [{}, {}];
  const running = new Set([suspect, other]);
  const solo = new SoloRun(running);
  const log: string[] = [];
  let end = (): void => undefined;
  const ended = solo.run(async () => {
    log.push('began');
    await new Promise<void>((resolve) => (end = resolve));
  });
  solo.look();
  await Promise.resolve();
  expect([log, solo.isActive]).toEqual([[], true]);
  running.delete(other);
  solo.look();
  await Promise.resolve();
  expect([log, solo.isActive]).toEqual([['began'], true]);
  end();
  await ended;
  expect(solo.isActive).toBe(false);
});
