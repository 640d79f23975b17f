import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../test-support/temporary-folder.ts';
import { LINEAR, growth } from '../../base/test-support/growth.ts';
import { parseHeaders } from './headers.ts';

describe('headers', () => {
  it('are a name, a colon and a value', () => {
    expect(parseHeaders(['Authorization: Bearer a:b', 'X-Empty:'])).toEqual({
      Authorization: 'Bearer a:b',
      'X-Empty': '',
    });
  });

  it('can be in a file', () => {
    const file = join(temporaryFolder(), 'headers');
    writeFileSync(file, 'a: 1\r\n\nb: 2\n');
    expect(parseHeaders([`@${file}`, 'c: 3'])).toEqual({ a: '1', b: '2', c: '3' });
    expect(() => parseHeaders(['@/nowhere'])).toThrow('cannot be read');
  });

  it('are read in linear time', () => {
    const read = (text: string): void => expect(() => parseHeaders([text])).toThrow('--header');
    for (const unit of [' ', '\t', 'a', ':', ' a']) {
      const textOf = (length: number): string => `a:${unit.repeat(length)}\u0001`;
      expect(growth(read, textOf)).toBeLessThan(LINEAR);
    }
  });

  it.each(['secret', ': secret', 'a b: secret', 'a: secret\nb: 2', 'a: secr\u0000et'])(
    'are refused as %j, without showing it',
    (text) => {
      expect(() => parseHeaders([text])).toThrow('--header needs');
      expect(() => parseHeaders([text])).not.toThrow('secr');
    },
  );
});
