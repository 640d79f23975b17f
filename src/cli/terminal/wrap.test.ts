import { describe, expect, it } from 'vitest';
import { fit, hanging, wrap } from './wrap.ts';

describe('wrap', () => {
  it('breaks between words, and inside of those that are too long', () => {
    expect(wrap('one two three', 10)).toEqual(['one two', 'three']);
    expect(wrap('x'.repeat(25), 10)).toEqual(['x'.repeat(10), 'x'.repeat(10), 'x'.repeat(5)]);
    expect(wrap('one\n\n  two', 10)).toEqual(['one', '', '  two']);
    expect(wrap('0123456789 one', 10)).toEqual(['0123456789', 'one']);
  });

  it('knows that some characters are two columns wide', () => {
    expect(wrap('日本語日本語日本', 10)).toEqual(['日本語日本', '語日本']);
  });
});

describe('hanging', () => {
  it('indents what goes on below, so that nothing else begins a line, and only on a terminal', () => {
    const text = 'rondo: one two\nthree';
    expect(hanging(text, { isTTY: true, columns: 12 })).toBe('rondo: one\n  two\nthree');
    expect(hanging(text, { columns: 12 })).toBe(text);
  });
});

describe('fit', () => {
  it('shortens only what is too long', () => {
    expect(fit('0123456789', 10)).toBe('0123456789');
    expect(fit('01234567890', 10)).toBe('012345678…');
    expect(fit('日本語日本語日本', 10)).toBe('日本語日…');
  });
});
