import { describe, expect, it } from 'vitest';
import { OpenQuestions } from './open-questions.ts';

const me = { issuer: 'i', subject: 'me' };
const nobody = { principal: undefined, request: undefined };
const ignore = (): void => {};

describe('the questions that are open', () => {
  it('L10 are 100 of one principal, whatever its sessions', () => {
    const open = new OpenQuestions();
    for (let i = 0; i < 100; i++) open.open(`${i}`, { session: `s${i}`, principal: me }, ignore);
    expect(open.hasRoom({ session: 'new', principal: me }, 1)).toBe(false);
    expect(open.hasRoom({ session: 'new', principal: undefined }, 100)).toBe(true);
    expect(open.hasRoom({ session: 'new', principal: undefined }, 101)).toBe(false);
    open.close('7');
    open.close('7');
    expect(open.hasRoom({ session: 'new', principal: me }, 1)).toBe(true);
    expect(open.hasRoom({ session: 'new', principal: me }, 2)).toBe(false);
  });

  it('L10 are 10,000 in all', () => {
    const open = new OpenQuestions();
    for (let i = 0; i < 10_000; i++) {
      open.open(`${i}`, { session: `s${i}`, principal: undefined }, ignore);
    }
    expect(open.hasRoom({ session: 'new', principal: undefined }, 1)).toBe(false);
  });

  it('L9 are answered once, by the session and principal that were asked', () => {
    const open = new OpenQuestions();
    const responses: unknown[] = [];
    open.open('1', { session: 'a', principal: me }, (response) => void responses.push(response));
    expect(open.answer('1', 'b', { result: 1 }, { ...nobody, principal: me })).toBe(false);
    expect(open.answer('1', 'a', { result: 2 }, nobody)).toBe(false);
    expect(
      open.answer('1', 'a', { result: 3 }, { ...nobody, principal: { ...me, token: 'new' } }),
    ).toBe(true);
    expect(open.answer('1', 'a', { result: 4 }, { ...nobody, principal: me })).toBe(true);
    expect(responses).toEqual([{ result: 3 }]);
  });

  it('L14 are answered anew where their call has come back without the answer', () => {
    const open = new OpenQuestions();
    const responses: unknown[] = [];
    const asked = { session: 'a', principal: undefined };
    for (const result of [1, 2]) {
      open.open('1', asked, (response) => void responses.push(response));
      expect(open.answer('1', 'a', { result }, nobody)).toBe(true);
      expect(open.answer('1', 'a', { result: 'once more' }, nobody)).toBe(true);
    }
    expect(responses).toEqual([{ result: 1 }, { result: 2 }]);
  });
});
