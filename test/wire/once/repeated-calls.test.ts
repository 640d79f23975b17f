/** K17 A call that is made again under its key, after the question of its flow has waited too long. */
import { expect, it } from 'vitest';
import type { McpServer } from '../../../src/server/server.ts';
import type { ServerOptions } from '../../../src/server/options.ts';
import { MemorySpill } from '../../../src/spill/memory-spill.ts';
import { overWires } from '../../support/each-wire.ts';
import { NO, REFUSED, YES, gate, guardBench } from '../../support/guard.ts';
import { type RequestMessage, call, request, retry, textOf } from '../../support/messages.ts';

const HOUR = 3_600_000;

overWires('K17 S8 a call that is made again', ['in process'], (bench) => {
  /** Plans, asks, and pays. What runs is written down. */
  async function open(
    config: object = {},
    options: ServerOptions = {},
    pay: (ran: string[]) => unknown = () => 'paid',
  ) {
    const { store, pass, ...guard } = guardBench({ spill: new MemorySpill() });
    let passed = 0;
    const ran: string[] = [];
    const { send } = await bench.open(
      (server: McpServer) =>
        server.registerTool(
          'pay',
          { replay: 'once', idempotencyKey: () => 'key', ...config },
          async (ctx) => {
            await ctx.step('plan', ({ idempotencyKey }) => void ran.push(`plan ${idempotencyKey}`));
            if (!(await ctx.confirm('sure', 'Sure?'))) return 'kept';
            return ctx.step('pay', async ({ idempotencyKey }) => {
              ran.push(`pay ${idempotencyKey}`);
              return String(await pay(ran));
            });
          },
        ),
      { store: store(), now: () => Date.now() + passed, ...options },
    );
    return {
      ...guard,
      ran,
      send: async (message: RequestMessage) => (await send(message)).response,
      pass: (ms: number): void => {
        passed += ms;
        pass(ms);
      },
    };
  }
  const steps = (ran: readonly string[]): string[] => ran.map((step) => step.split(' ')[0]!);

  it('gets the question under a state that can be answered, and nothing runs again', async () => {
    const { send, pass, ran } = await open();
    const first = call('pay');
    const asked = await send(first);
    pass(2 * HOUR);
    expect((await send(retry(first, asked, { sure: YES }))).error).toEqual(REFUSED);
    const again = call('pay');
    const askedAgain = await send(again);
    expect(askedAgain.result!['inputRequests']).toEqual(asked.result!['inputRequests']);
    expect(askedAgain.result!['requestState']).not.toBe(asked.result!['requestState']);
    expect(textOf(await send(retry(again, askedAgain, { sure: YES })))).toBe('paid');
    expect(textOf(await send(call('pay')))).toBe('paid');
    expect(steps(ran)).toEqual(['plan', 'pay']);
  });

  it('gets the question as it was while that can be answered', async () => {
    const { send, pass } = await open();
    const asked = await send(call('pay'));
    pass(HOUR / 2);
    expect((await send(call('pay'))).result).toEqual(asked.result);
  });

  it('pays for one answer, whoever has the question', async () => {
    const { send, pass, ran } = await open();
    await send(call('pay'));
    pass(2 * HOUR);
    const calls = [call('pay'), call('pay'), call('pay')];
    const asked = await Promise.all(calls.map((each) => send(each)));
    const answers = await Promise.all(
      calls.map((each, i) => send(retry(each, asked[i]!, { sure: YES }))),
    );
    const texts = answers.filter(({ result }) => result !== undefined).map(textOf);
    expect(texts).toEqual(['paid']);
    expect(answers.filter(({ error }) => error !== undefined).map(({ error }) => error)).toEqual([
      REFUSED,
      REFUSED,
    ]);
    expect(steps(ran)).toEqual(['plan', 'pay']);
  });

  it('is over when the time of its flow is', async () => {
    const { send, pass, ran } = await open({}, { state: { flowTtl: 3 * HOUR } });
    await send(call('pay'));
    pass(4 * HOUR);
    const { error } = await send(call('pay'));
    expect(error).toMatchObject({
      code: -32_603,
      message: expect.stringMatching(/its question cannot be answered any more/) as string,
    });
    expect(error!.data).toBeUndefined();
    expect(steps(ran)).toEqual(['plan']);
  });

  it('S6 is over when its journal was kept in a store, which has it no more', async () => {
    let passed = 0;
    const now = (): number => Date.now() + passed;
    let runs = 0;
    const { send } = await bench.open(
      (server) =>
        server.registerTool(
          'large',
          { replay: 'once', idempotencyKey: () => 'key' },
          async (ctx) => {
            const text = await ctx.step('large', () => 'x'.repeat(40_000 + runs++));
            return `${text.length} ${await ctx.confirm('sure', 'Sure?')}`;
          },
        ),
      { store: guardBench({ spill: new MemorySpill(now) }).store(), now },
    );
    await send(call('large'));
    passed = 2 * HOUR;
    const { error } = (await send(call('large'))).response;
    expect(error?.message).toMatch(/cannot be answered any more/);
    expect(runs).toBe(1);
  });

  it('goes on with a round that was interrupted, by the same answer', async () => {
    const begun = gate();
    const { send, pass, ran } = await open({}, {}, (so) => {
      begun.open();
      return so.length > 2 ? 'paid' : new Promise(() => undefined);
    });
    const first = call('pay');
    const asked = await send(first);
    void send(retry(first, asked, { sure: YES }));
    await begun.opened;
    pass(31_000);
    const again = call('pay');
    expect(textOf(await send(retry(again, await send(again), { sure: YES })))).toBe('paid');
    expect(steps(ran)).toEqual(['plan', 'pay', 'pay']);
    expect(ran[1]).toBe(ran[2]);
  });

  it('is over when nobody can go on with a round that was interrupted: it may have paid', async () => {
    const begun = gate();
    const { send, pass, ran } = await open({}, {}, () => {
      begun.open();
      return new Promise(() => undefined);
    });
    const first = call('pay');
    const asked = await send(first);
    void send(retry(first, asked, { sure: YES }));
    await begun.opened;
    pass(2 * HOUR);
    expect((await send(call('pay'))).error?.message).toMatch(/cannot be answered any more/);
    expect(steps(ran)).toEqual(['plan', 'pay']);
  });

  it('is over when the reply to its answer was too large to be kept', async () => {
    const { send, ran } = await open({}, {}, () => 'x'.repeat(1_048_577));
    const first = call('pay');
    const asked = await send(first);
    expect(textOf(await send(retry(first, asked, { sure: YES })))).toHaveLength(1_048_577);
    const { error } = await send(call('pay'));
    expect(error?.message).toMatch(/its reply is not kept any more/);
    expect(steps(ran)).toEqual(['plan', 'pay']);
  });

  it('gets a question that can be answered by its call key as well', async () => {
    const { send, pass } = await open({ idempotencyKey: undefined, stateTtl: 1_000 });
    const named = (): RequestMessage =>
      request('tools/call', { name: 'pay', arguments: {} }, { 'mcp-rondo/callKey': 'a' });
    const asked = await send(named());
    pass(120_000);
    const again = named();
    const askedAgain = await send(again);
    expect(askedAgain.result!['requestState']).not.toBe(asked.result!['requestState']);
    expect(textOf(await send(retry(again, askedAgain, { sure: NO })))).toBe('kept');
  });
});
