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

describe('emoji that are joined', () => {
  it('are shown one beside another: how wide they are joined differs among terminals', () => {
    const family = '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}';
    const apart = '\u{1f468}\u{1f469}\u{1f467}';
    expect(wrap(family.repeat(2), 10)).toEqual([apart + apart.slice(0, 4), apart.slice(4)]);
    expect(fit(family, 6)).toBe(apart);
    expect(fit(family, 5)).toBe(`${apart.slice(0, 4)}…`);
    expect(wrap('\u{1f44d}\u{1f3fd} \u2764\ufe0f ک\u200c', 10)).toEqual([
      '\u{1f44d} \u2764\ufe0f ک\u200c',
    ]);
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
