import { describe, expect, it } from 'vitest';
import { testFlow } from '../test-support/host.ts';
import { QuestionBody, sameBody } from './question.ts';

const flow = testFlow();

const digestOf = (body: string, message: string): string =>
  new QuestionBody(body).digest(flow, message);

describe("F7 a question's digest", () => {
  it('is the same for the same question, and another for any other', () => {
    expect(digestOf('body', 'Go?')).toBe(digestOf('body', 'Go?'));
    const all = [
      digestOf('body', 'Go?'),
      digestOf('body', 'Go!'),
      digestOf('bodyG', 'o?'),
      digestOf('bod', 'yGo?'),
      digestOf('', 'bodyGo?'),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it('says whether the body is the same, whatever the message', () => {
    expect(sameBody(digestOf('body', 'Go?'), digestOf('body', 'Stop?'))).toBe(true);
    expect(sameBody(digestOf('body', 'Go?'), digestOf('bodi', 'Go?'))).toBe(false);
    expect(sameBody(digestOf('ab', 'Go?'), digestOf('ba', 'Go?'))).toBe(false);
  });

  it('gives the body the same four characters, however small their number is', () => {
    const bare = testFlow({ digest: () => '' });
    const marks = Array.from({ length: 100_000 }, (_, i) =>
      new QuestionBody(`${i}`).digest(bare, ''),
    );
    expect(marks.filter((mark) => !/^[0-9a-z]{4}$/.test(mark))).toEqual([]);
    expect(marks.some((mark) => mark.startsWith('0'))).toBe(true);
    expect(new Set(marks).size).toBeGreaterThan(90_000);
  });
});
