/**
 * A coupon that is used twice: R1 is asked and answered (S1), R2 is begun and answered (S2), then S1 is
 * presented once more, on R2 and on R1; on the same instance and on another, before and after a restart.
 */
import { expect, it } from 'vitest';
import type { McpServer } from '../../../src/server/server.ts';
import { TEST_KEY, overWires } from '../../support/each-wire.ts';
import { REFUSED, YES, guardBench } from '../../support/guard.ts';
import { call, retry, textOf } from '../../support/messages.ts';

overWires('S7 MS-19 a coupon', ['in process', 'node'], (bench) => {
  async function sequence(replay: 'allow' | 'once', elsewhere: boolean, restarted: boolean) {
    const redeemed: string[] = [];
    const { store } = guardBench();
    const inputSchema = { type: 'object', properties: { for: { type: 'string' } } } as const;
    const open = () =>
      bench.open(
        (server: McpServer) =>
          server.registerTool('redeem', { replay, inputSchema }, async (args, ctx) => {
            const { for: what } = args as { for: string };
            await ctx.confirm('sure', `Redeem it for ${what}?`);
            return ctx.step('redeem', () => `redeemed ${redeemed.push(what)}`);
          }),
        { store: store(), state: { keys: [TEST_KEY] } },
      );
    let one = await open();
    let other = elsewhere ? await open() : one;
    const [first, second] = [call('redeem', { for: 'R1' }), call('redeem', { for: 'R2' })];
    const asked1 = (await one.send(first)).response;
    const asked2 = (await one.send(second)).response;
    await one.send(retry(first, asked1, { sure: YES }));
    await other.send(retry(second, asked2, { sure: YES }));
    if (restarted) [one, other] = [await open(), await open()];
    const crossed = (await other.send(retry(second, asked1, { sure: YES }))).response;
    const again = (await other.send(retry(first, asked1, { sure: YES }))).response;
    const changed = (await other.send(retry(first, asked1, { sure: { action: 'decline' } })))
      .response;
    return { redeemed, crossed, again, changed };
  }

  const WHERE = [
    ['on the same instance', false, false],
    ['on another instance', true, false],
    ['on the same instance, started again', false, true],
    ['on another instance, started again', true, true],
  ] as const;

  it.each(WHERE)('is redeemed once for each call: %s', async (_where, elsewhere, restarted) => {
    const { redeemed, crossed, again, changed } = await sequence('once', elsewhere, restarted);
    expect(redeemed).toEqual(['R1', 'R2']);
    expect([crossed.error, changed.error]).toEqual([REFUSED, REFUSED]);
    expect(textOf(again)).toBe('redeemed 1');
  });

  it.each(WHERE)('is redeemed again with allow: %s', async (_where, elsewhere, restarted) => {
    const { redeemed, crossed, again } = await sequence('allow', elsewhere, restarted);
    expect(redeemed).toEqual(['R1', 'R2', 'R1', 'R1']);
    expect(crossed.error).toEqual(REFUSED);
    expect(textOf(again)).toBe('redeemed 3');
  });
});
