import { describe, expect, it } from 'vitest';
import type { FlowContext } from '../context.ts';
import { testFlow } from '../test-support/host.ts';
import { Play } from '../test-support/play.ts';

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

describe('F8 a step that may not be taken is not run', () => {
  const misuses: [string, string, (ctx: FlowContext, ran: () => void) => unknown][] = [
    ['an invalid key', 'invalid_key', (ctx, ran) => ctx.step('', ran)],
    [
      'a key that is used already',
      'duplicate_key',
      (ctx, ran) => Promise.all([ctx.step('a', () => 1), ctx.step('a', ran)]),
    ],
    [
      'another step around it',
      'step_in_step',
      (ctx, ran) => ctx.step('outer', () => ctx.step('inner', ran)),
    ],
  ];
  it.each(misuses)('because of %s', async (_name, code, misuse) => {
    let ran = false;
    const play = new Play((ctx) => misuse(ctx, () => void (ran = true)));
    expect(await play.failure()).toMatchObject({ code });
    await turn();
    expect(ran).toBe(false);
  });
});

it('F13 a flow has as many asks and steps as its limit says, and not one more', async () => {
  const calling = (count: number) =>
    new Play(
      async (ctx) => {
        for (let i = 0; i < count; i++) await ctx.step(`k${i}`, () => i);
        return 'done';
      },
      { limits: { entries: 3 } },
    );
  expect(await calling(3).result()).toBe('done');
  const error = await calling(4).failure();
  expect(error).toMatchObject({ code: 'journal_full' });
  expect(error.message).toContain("'k3'");
  expect(error.message).toContain('3');
});

it('F11 every ask that needs an undeclared capability is rejected, not only the first', async () => {
  const codes: unknown[] = [];
  const play = new Play(
    async (ctx) => {
      for (const key of ['a', 'b', 'c']) {
        await ctx.confirm(key, 'Go?').catch((error: { code: string }) => codes.push(error.code));
      }
    },
    { flow: testFlow({ capabilities: { roots: {} } }) },
  );
  await play.result();
  expect(codes).toEqual(['missing_capability', 'missing_capability', 'missing_capability']);
});
