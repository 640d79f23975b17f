import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LINEAR, growth } from '../../base/test-support/growth.ts';
import { LineEnds } from './line-ends.ts';

it('line ends are LF whatever they were and wherever a stream is cut', () => {
  const pieces = fc.array(fc.string({ unit: fc.constantFrom('\r', '\n', 'a'), maxLength: 4 }));
  const property = fc.property(pieces, (cut) => {
    const lineEnds = new LineEnds();
    const whole = cut.join('');
    expect(cut.map((piece) => lineEnds.toLf(piece)).join('')).toBe(whole.replace(/\r\n?/g, '\n'));
  });
  fc.assert(property);
});

it('an event stream costs time in proportion to its length, whatever its line ends', () => {
  const read = (text: string): void => {
    const parser = createParser({ onError: () => {} });
    parser.feed(new LineEnds().toLf(text));
  };
  for (const unit of ['\r', '\r\n', '\n', 'data:\r', '\r\r\n']) {
    expect(growth(read, (length) => unit.repeat(length / unit.length), 16_000)).toBeLessThan(
      LINEAR,
    );
  }
});
