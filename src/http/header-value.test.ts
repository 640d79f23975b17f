import { describe, expect, it } from 'vitest';
import { decodeHeaderValue, encodeHeaderValue, trimBlanks } from './header-value.ts';

const sentinel = (bytes: string | Uint8Array): string =>
  `=?base64?${Buffer.from(bytes as Uint8Array).toString('base64')}?=`;

describe('blanks around a header', () => {
  it.each([
    ['', ''],
    [' ', ''],
    [' \t \t', ''],
    ['a', 'a'],
    ['\ta \t', 'a'],
    [' a  \t b ', 'a  \t b'],
    ['\u00a0a\n', '\u00a0a\n'],
  ])('are cut off %j', (header, trimmed) => expect(trimBlanks(header)).toBe(trimmed));
});

describe('HC-5 a value for a header', () => {
  it.each(['', 'a', 'greet', 'a b', 'a\tb', '~!', '=?base64?', '?=', 'x=?base64?YQ==?='])(
    'is sent as it is: %j',
    (value) => {
      expect(encodeHeaderValue(value)).toBe(value);
      expect(decodeHeaderValue(value)).toBe(value);
    },
  );

  it.each(['名前', 'é', ' a', 'a ', '\ta', ' ', 'a\nb', 'a\r\nX: y', '\0', '\u007f', '\ufeffa'])(
    'is encoded where a header could not have it: %j',
    (value) => {
      expect(encodeHeaderValue(value)).toBe(sentinel(value));
      expect(decodeHeaderValue(encodeHeaderValue(value))).toBe(value);
    },
  );

  it('is encoded where it could be taken for an encoded one', () => {
    for (const value of ['=?base64?YQ==?=', '=?base64??=', '=?base64?=']) {
      expect(encodeHeaderValue(value)).toBe(sentinel(value));
      expect(decodeHeaderValue(encodeHeaderValue(value))).toBe(value);
    }
  });
});

describe('HS-10 the value in a header', () => {
  it.each([
    [' a ', 'a'],
    ['=?base64?=', '=?base64?='],
    ['=?base64??=', ''],
    ['=?base64?YQ==?=', 'a'],
    [' =?base64?YQ==?=\t', 'a'],
    ['=?base64?YQ==', '=?base64?YQ=='],
    ['YQ==?=', 'YQ==?='],
    ['=?BASE64?YQ==?=', '=?BASE64?YQ==?='],
  ])('%j is %j', (header, value) => expect(decodeHeaderValue(header)).toBe(value));

  it.each([
    ['not ASCII', 'é'],
    ['with control characters', 'a\nb'],
    ['no base64', '=?base64?Y!==?='],
    ['base64 without its padding', '=?base64?YQ?='],
    ['base64 with bits left over', '=?base64?YR==?='],
    ['no UTF-8', sentinel(new Uint8Array([0xff]))],
  ])('is malformed: %s', (_, header) => expect(decodeHeaderValue(header)).toBeUndefined());
});
