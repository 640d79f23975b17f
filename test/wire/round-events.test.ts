/** What the option `on` hears of rounds. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RpcError, inputRequired } from 'mcp-rondo';
import type { RoundBegunEvent, RoundEndedEvent, ServerEvent } from '../../src/server/events.ts';
import type { McpServer } from '../../src/server/server.ts';
import { overWires } from '../support/each-wire.ts';
import { YES } from '../support/guard.ts';
import { silent } from '../support/logger.ts';
import { call, request, retry } from '../support/messages.ts';

const DECLINED = { action: 'decline' };
const CANCELLED = { action: 'cancel' };

const form = {
  method: 'elicitation/create',
  params: { mode: 'form', message: 'Sure?', requestedSchema: { type: 'object', properties: {} } },
} as const;

overWires('a listener hears of rounds:', ['in process'], (bench) => {
  async function open(setUp: (server: McpServer) => void) {
    const heard: ServerEvent[] = [];
    const opened = await bench.open(setUp, {
      logger: silent,
      on: (event) => void heard.push(event),
    });
    const of = <Type extends ServerEvent['type']>(type: Type) =>
      heard.filter((event): event is Extract<ServerEvent, { type: Type }> => event.type === type);
    const begun = (): readonly RoundBegunEvent[] => of('round_begun');
    const ended = (): readonly RoundEndedEvent[] => of('round_ended');
    return { ...opened, begun, ended };
  }

  describe('how long a person took', () => {
    beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 }));
    afterEach(() => void vi.useRealTimers());

    it.each([
      ['a while', 5_000, 5_000],
      ['less than nothing, where clocks differ', -5_000, 0],
    ])('%s', async (_what, passed, waited) => {
      const { send, begun } = await open((server) =>
        server.registerTool('asks', {}, async (ctx) => String(await ctx.confirm('sure', 'Sure?'))),
      );
      const first = call('asks');
      const asked = await send(first);
      vi.setSystemTime(Date.now() + passed);
      await send(retry(first, asked.response, { sure: YES }));
      expect(begun().map((event) => event.waited)).toEqual([undefined, waited]);
      expect(begun().map((event) => 'waited' in event)).toEqual([false, true]);
    });

    it('where something else is asked beside, and by a handler that returns its questions', async () => {
      const { send, begun } = await open((server) => {
        server.registerTool('both', {}, async (ctx) => {
          await ctx.all({
            roots: ctx.listRoots('roots'),
            sure: ctx.confirm('sure', 'Sure?'),
          });
          return 'done';
        });
        server.registerTool('manual', {}, (ctx) =>
          ctx.inputResponses === undefined
            ? inputRequired({ inputRequests: { sure: form } })
            : 'done',
        );
      });
      for (const [tool, others] of [
        ['both', { roots: { roots: [] } }],
        ['manual', {}],
      ] as const) {
        const first = call(tool);
        const asked = await send(first);
        vi.setSystemTime(Date.now() + 700);
        await send(retry(first, asked.response, { sure: YES, ...others }));
      }
      expect(begun().map((event) => event.waited)).toEqual([undefined, 700, undefined, 700]);
    });

    it('and nothing where only the host was asked', async () => {
      const { send, begun } = await open((server) =>
        server.registerTool('lists', {}, async (ctx) => {
          await ctx.listRoots('roots');
          return 'done';
        }),
      );
      const first = call('lists');
      const asked = await send(first);
      vi.setSystemTime(Date.now() + 700);
      await send(retry(first, asked.response, { roots: { roots: [] } }));
      expect(begun().map((event) => event.waited)).toEqual([undefined, undefined]);
    });
  });

  it('how many questions were refused, of those that were asked', async () => {
    const { send, begun } = await open((server) => {
      server.registerTool('asks', {}, async (ctx) => {
        const sure = (key: string) => ctx.confirm(key, 'Sure?');
        const all = await ctx.all({ a: sure('a'), b: sure('b'), c: sure('c') });
        return JSON.stringify(all);
      });
      server.registerTool('manual', {}, (ctx) =>
        ctx.inputResponses === undefined ? inputRequired({ inputRequests: { a: form } }) : 'done',
      );
    });
    for (const [tool, answers] of [
      ['asks', { a: DECLINED, b: CANCELLED, c: YES, other: DECLINED }],
      ['manual', { a: DECLINED, other: CANCELLED }],
    ] as const) {
      const first = call(tool);
      await send(retry(first, (await send(first)).response, answers));
    }
    expect(begun().map(({ refused }) => refused)).toEqual([0, 2, 0, 1]);
  });

  it('how they ended', async () => {
    const { send, ended } = await open((server) => {
      server.registerTool('fine', {}, () => 'done');
      server.registerTool('fails', {}, () => {
        throw new Error('no');
      });
      server.registerTool('refuses', {}, () => {
        throw new RpcError(7, 'no');
      });
      server.registerTool('twice', {}, async (ctx) => {
        await ctx.step('a', () => 1);
        await ctx.step('a', () => 2);
        return 'done';
      });
      // Looks like a failed tool's result, and is none.
      server.registerPrompt('told', {}, () => ({ messages: [], isError: true }) as never);
    });
    for (const tool of ['fine', 'fails', 'refuses', 'twice']) await send(call(tool));
    await send(request('prompts/get', { name: 'told' }));
    expect(
      ended().map(({ outcome, isError, errorCode, code }) => ({
        outcome,
        isError,
        errorCode,
        code,
      })),
    ).toEqual([
      { outcome: 'complete', isError: false },
      { outcome: 'threw', isError: true },
      { outcome: 'threw', isError: false, errorCode: 7 },
      { outcome: 'failed', isError: false, errorCode: -32603, code: 'duplicate_key' },
      { outcome: 'complete', isError: false },
    ]);
    expect(ended().filter((event) => 'code' in event)).toHaveLength(1);
    for (const { duration } of ended()) {
      expect(duration).toBeGreaterThanOrEqual(0);
      expect(duration).toBeLessThan(performance.now());
    }
  });
});
