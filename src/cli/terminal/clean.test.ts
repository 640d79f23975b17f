import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LINEAR, growth } from '../../base/test-support/growth.ts';
import { clean, cleanJson, cleanLine, reveal } from './clean.ts';

describe('what a server says', () => {
  it('loses its escape sequences', () => {
    expect(clean('a\u001b[2Jb\u001b[31mred\u001b[0m')).toBe('abred');
    expect(clean('\u001b]0;title\u0007text')).toBe('text');
    expect(clean('\u001b]8;;https://evil.example\u0007safe.example\u001b]8;;\u0007')).toBe(
      'safe.example',
    );
    expect(clean('\u009b2Jtext')).not.toMatch(/\p{Cc}/u);
  });

  it('loses what moves the cursor without a sequence', () => {
    expect(clean('10 %\rdone\b\b')).toBe('10 %\ndone');
    expect(clean('bell\u0007 delete\u007f nul\u0000')).toBe('bell delete nul');
  });

  it('loses what turns text around or hides it', () => {
    expect(clean('\u202egnp.exe\u2066x\u2069\u200f')).toBe('gnp.exex');
    expect(clean('bank\u200b.example\ufeff\u00ad\u{e0041}')).toBe('bank.example');
  });

  it('loses joiners where nothing needs them, and blanks that are no spaces', () => {
    expect(clean('deploy\u200d\ufe0f\u200c and\u200d')).toBe('deploy and');
    expect(clean('1\ufe0f\u20e3 می\u200cخواهم क्\u200dष')).toBe(
      '1\ufe0f\u20e3 می\u200cخواهم क्\u200dष',
    );
    expect(cleanLine('a\u2800\u2800\u2800b\u2800')).toBe('a b');
    expect(clean('a\ufff9b\ufffac\ufffb')).toBe('abc');
  });

  it('has no more marks on a letter than a line has room for', () => {
    expect(clean(`a${'\u0301'.repeat(500)}b`)).toBe(`a${'\u0301'.repeat(8)}b`);
    expect(clean(`אֱלֹהִ֑ים é`)).toBe('אֱלֹהִ֑ים é');
  });

  it('keeps lines, tabs, all scripts and emoji', () => {
    const text = 'line\n\tמזל טוב, नमस्ते, 日本語, 👩‍💻 ❤️';
    expect(clean(text)).toBe(text);
  });

  it('has only one line where there is room for one', () => {
    expect(cleanLine(' a\r\nb\tc\u2028d ')).toBe('a b c d');
  });

  it('loses sequences of every kind, and keeps the text around them', () => {
    const sequences = [
      '\u001b[38;5;1m',
      '\u001b[?25l',
      '\u001b[2 q',
      '\u009b1;1H',
      '\u001bP1;2|x\u001b\\',
      '\u0090x\u009c',
      '\u001b_payload\u0007',
      '\u001b^private\u001b\\',
      '\u001bXstring\u009c',
      '\u009d0;title\u0007',
      '\u001b(B',
      '\u001bc',
      '\u001b7',
      '\u001b=',
    ];
    for (const sequence of sequences) expect(clean(`a${sequence}b`)).toBe('ab');
  });

  it('keeps what stands behind a sequence that does not end', () => {
    expect(clean('\u001b]0;visible')).toBe('0;visible');
    expect(clean('\u001b[31\u0000visible')).toBe('31visible');
  });

  it('is cleaned in linear time', () => {
    const units = [
      ';#',
      '[',
      ']',
      ';a',
      'a;',
      '\u001b',
      '\u001b[',
      '\u001b]',
      '\u009b',
      '\u009d',
      '0',
      ' ',
      '\u0301',
      '\u200d',
      'e\u0301\u200d',
    ];
    for (const unit of units) {
      const textOf = (length: number): string => `\u001b${unit.repeat(length)}`;
      expect(growth(clean, textOf)).toBeLessThan(LINEAR);
      expect(growth(cleanLine, textOf)).toBeLessThan(LINEAR);
      expect(growth(cleanJson, textOf)).toBeLessThan(LINEAR);
    }
  });

  it('never has a control character left', () => {
    const text = fc.string({ unit: 'binary', maxLength: 50 });
    const sequences = fc.array(
      fc.oneof(text, fc.constantFrom('\u001b[', '\u001b]', '\u009d', '\r', '31m')),
    );
    fc.assert(
      fc.property(sequences, (parts) => {
        expect(clean(parts.join(''))).not.toMatch(/(?![\t\n])\p{Cc}|\p{Bidi_Control}/u);
        expect(cleanLine(parts.join(''))).not.toMatch(/\p{Cc}|[\u2028\u2029]/u);
      }),
    );
  });

  it('is shown with what cannot be seen, where it is about to be sent', () => {
    expect(reveal('a\u202eb\u0007\n\tc é')).toBe('a\\u202eb\\u0007\\u000a\\u0009c é');
  });

  it('is the same value as JSON, without what could do harm', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const text = cleanJson({ value }, 2);
        expect(text).not.toMatch(/(?!\n)\p{Cc}|\p{Bidi_Control}|[\u2028\u2029]/u);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify({ value })));
      }),
    );
    expect(cleanJson('\u{e0041}\u009b')).toBe('"\\udb40\\udc41\\u009b"');
  });
});
