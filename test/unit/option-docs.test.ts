import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { optionsWithoutDefault } from '../../scripts/public-types/option-docs.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The sources of what package.json exports. */
function entries(): string[] {
  const { exports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
    exports: Record<string, string | { types: string }>;
  };
  return Object.values(exports).flatMap((target) =>
    typeof target === 'string'
      ? []
      : [target.types.replace('./dist/', 'src/').replace('.d.ts', '.ts')],
  );
}

function check(text: string): string[] {
  return optionsWithoutDefault(['src/a.ts'], () => text);
}

describe('options', () => {
  it('that users give say their defaults, all of them', () => {
    const read = (file: string): string => readFileSync(root + file, 'utf8');
    expect(optionsWithoutDefault(entries(), read)).toEqual([]);
  });

  it('without a comment are found', () => {
    expect(check('export interface AOptions {\n  readonly a?: number;\n}')).toEqual([
      'src/a.ts:2 AOptions',
    ]);
  });

  it('whose comment does not say the default are found', () => {
    expect(check('export interface AConfig { /** In ms. */ a?: number }')).toHaveLength(1);
  });

  it('that say their default, or are required, pass', () => {
    const text = 'export interface AOptions { /** In ms. Default 1. */ a?: number; b: number }';
    expect(check(text)).toEqual([]);
  });

  it('of other types do not count', () => {
    expect(check('export interface A { a?: number }\ninterface BOptions { b?: 1 }')).toEqual([]);
  });
});
