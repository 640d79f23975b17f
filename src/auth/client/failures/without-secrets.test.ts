import { describe, expect, it } from 'vitest';
import { withoutSecrets } from './without-secrets.ts';

const SECRET = 'aZ09-_~/ é+"f3kd92JdkeP3o2';
const form = (text: string): string => new URLSearchParams({ text }).toString();
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const base64url = (text: string): string => Buffer.from(text).toString('base64url');

describe('(A29) a text that repeats a secret', () => {
  it.each<[string, string, string]>([
    ['as it is', `no: ${SECRET}!`, 'no: [secret]!'],
    ['twice', `${SECRET} and ${SECRET}`, '[secret] and [secret]'],
    ['in a URL', `?a=${encodeURIComponent(SECRET)}&b`, '?a=[secret]&b'],
    ['in a form', form(SECRET), 'text=[secret]'],
    ['in JSON', JSON.stringify({ a: SECRET }), '{"a":"[secret]"}'],
    ['in a piece', `no: ${SECRET.slice(6, 18)}!`, 'no: [secret]!'],
    [
      'of which a part is missing',
      `${SECRET.slice(0, 13)}?${SECRET.slice(13)}`,
      '[secret]?[secret]',
    ],
  ])('%s shows the rest', (_how, text, shown) => {
    expect(withoutSecrets(text, [SECRET])).toBe(shown);
  });

  it.each<[string, string]>([
    ['base64', base64(SECRET)],
    ['base64 after one byte', base64(`:${SECRET}`)],
    ['base64 after two bytes', base64(`x:${SECRET}:y`)],
    ['base64url', base64url(`client:${SECRET}`)],
    ['HTTP Basic', base64(`client:${encodeURIComponent(SECRET)}`)],
  ])('in %s shows too little of it to be of use', (_how, text) => {
    const shown = withoutSecrets(`no: ${text}!`, [SECRET]);
    expect(shown).toMatch(/^no: \S{0,16}\[secret\]\S{0,8}!$/);
  });

  it('shows what is no secret, and short values that are in every word', () => {
    const text = 'The redirect_uri of the client is not registered.';
    expect(withoutSecrets(text, ['is', 'the', '', SECRET])).toBe(text);
    expect(withoutSecrets('', [SECRET])).toBe('');
  });

  it('of which one begins like another shows neither', () => {
    const shown = withoutSecrets('the abcd and the abcdefgh', ['abcd', 'abcdefgh']);
    expect(shown).toBe('the [secret] and the [secret]');
  });
});
