/** K16: questions that expire, as their round keeps them. */
import { describe, expect, it } from 'vitest';
import { testScheduler } from '../test-support/host.ts';
import { Play } from '../test-support/play.ts';

const WRONG = { action: 'accept', content: {} };

/** A clock that only moves when it is told to. */
function clock() {
  let now = 1_000;
  const advance = (ms: number): void => void (now += ms);
  return { scheduler: { ...testScheduler, now: () => now }, advance };
}

const expiring = (play: Play): unknown => play.recorded.asked.map(({ expiresAt }) => expiresAt);

describe('K16 a question that expires', () => {
  it('has its time from when it was first asked, however often it is asked again', async () => {
    const { scheduler, advance } = clock();
    const play = new Play((ctx) => ctx.confirm('a', 'A?', { expires: 500 }), { scheduler });
    expect(await play.asks()).toMatchObject({ a: { expiresAt: 1_500 } });
    expect(expiring(play)).toEqual([1_500]);
    advance(100);
    await play.asks();
    expect(expiring(play)).toEqual([1_500]);
    advance(100);
    expect(await play.asks({ a: WRONG })).toMatchObject({ a: { expiresAt: 1_500, sendings: 2 } });
    expect(expiring(play)).toEqual([1_500]);
  });

  it('keeps it when it reads differently', async () => {
    const { scheduler, advance } = clock();
    const play = new Play((ctx) => ctx.confirm('a', 'A?', { expires: 500 }), { scheduler });
    await play.asks();
    play.handler = (ctx) => ctx.confirm('a', 'Really A?', { expires: 900 });
    advance(100);
    await play.asks();
    expect(expiring(play)).toEqual([1_500]);
  });

  it('has none unless it says so', async () => {
    const play = new Play((ctx) => ctx.confirm('a', 'A?'));
    const { a } = await play.asks();
    expect(a).not.toHaveProperty('expiresAt');
    expect(play.recorded.asked[0]).not.toHaveProperty('expiresAt');
  });
});

describe('an open question', () => {
  it('names who may answer it, if it says so', async () => {
    const schema = { type: 'object', properties: {} } as const;
    const play = new Play((ctx) =>
      Promise.all([
        ctx.elicit('model', { message: 'A?', schema, answerBy: 'model' }),
        ctx.elicit('any', { message: 'B?', schema }),
      ]),
    );
    const { model, any } = await play.asks();
    expect(model).toMatchObject({ key: 'model', answerBy: 'model', sendings: 1 });
    expect(any).not.toHaveProperty('answerBy');
  });

  it('has nothing of a past that it has not', async () => {
    const play = new Play((ctx) => ctx.confirm('a', 'A?'));
    const { a } = await play.asks();
    expect(Object.keys(a!).toSorted()).toEqual(
      ['key', 'kind', 'needs', 'question', 'request', 'sendings'].toSorted(),
    );
    const [asked] = play.recorded.asked;
    expect(Object.keys(asked!).toSorted()).toEqual(['key', 'kind', 'question', 'sendings']);
  });
});
