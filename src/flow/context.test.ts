/** What a handler passes to its context beside keys and functions. */
import { describe, expect, it } from 'vitest';
import type { FlowContext } from './context.ts';
import { Play } from './test-support/play.ts';

const schema = { type: 'object', properties: { name: { type: 'string' } } } as const;

/** Calls with options as JavaScript may pass them. */
type Call = (ctx: FlowContext, options: never) => Promise<unknown>;

const elicit: Call = (ctx, options) => ctx.elicit('key', options);
const elicitUrl: Call = (ctx, options) => ctx.elicitUrl('key', options);
const step: Call = (ctx, options) => ctx.step('key', () => 'done', options);
const checkpoint: Call = (ctx, options) => ctx.checkpoint('key', options);

describe('F8 an option that is unknown or cannot be used ends the round, and settles nothing', () => {
  it.each<[string, Call, unknown, string]>([
    ['elicit', elicit, { message: 'Who?', shema: schema }, "Did you mean 'schema'?"],
    ['elicit', elicit, { message: 'Who?', requestedSchema: schema }, "Did you mean 'schema'?"],
    ['elicit', elicit, { message: 7, schema }, "Option 'message' of elicit() must be text"],
    ['elicit', elicit, { message: 'Who?', schema: 'name' }, "Option 'schema' of elicit()"],
    ['elicit', elicit, undefined, 'The options of elicit() must be an object'],
    ['elicitUrl', elicitUrl, { message: 'Go', uri: 'https://a.example' }, "Did you mean 'url'?"],
    ['elicitUrl', elicitUrl, { message: 'Go', url: 5 }, "Option 'url' of elicitUrl()"],
    ['elicitUrl', elicitUrl, 'https://a.example', 'The options of elicitUrl() must be an object'],
    ['step', step, { retry: 3 }, "'retry' is not an option of step(). There are: retries."],
    ['step', step, { retries: Number.NaN }, "Option 'retries' of step()"],
    ['step', step, { retries: 0.5 }, "Option 'retries' of step()"],
    ['step', step, { retries: -1 }, "Option 'retries' of step()"],
    ['step', step, null, 'The options of step() must be an object'],
    ['checkpoint', checkpoint, { afterMs: 5 }, "Did you mean 'after'?"],
    ['checkpoint', checkpoint, { after: '5' }, "Option 'after' of checkpoint()"],
    ['checkpoint', checkpoint, 5, 'The options of checkpoint() must be an object'],
  ])('%s %#', async (_name, call, options, words) => {
    const settled: unknown[] = [];
    const play = new Play(async (ctx) => {
      await call(ctx, options as never).then(
        () => settled.push('resolved'),
        () => settled.push('rejected'),
      );
    });
    const outcome = await play.next();
    expect(outcome).toMatchObject({
      status: 'failed',
      error: { code: 'invalid_options', message: expect.stringContaining(words) as string },
    });
    expect(settled).toEqual([]);
    // In a handler with many of them, it has to say which.
    expect((outcome as { error: Error }).error.message).toMatch(/^'key': /);
  });

  it('takes undefined for absent, frozen options, and what the types allow', async () => {
    const play = new Play(async (ctx) => {
      await ctx.step('a', () => 'done', Object.freeze({ retries: undefined }));
      await ctx.step('b', () => 'done', { retries: 0 });
      await ctx.checkpoint('c', { after: 60_000 });
      const unknown = { message: 'Who?', schema, hint: undefined };
      return ctx.elicit('d', Object.freeze(unknown));
    });
    expect(Object.keys(await play.asks())).toEqual(['d']);
  });
});
