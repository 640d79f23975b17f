/** Everything that is cited is defined, and everything that is required is shown or excused. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { citationsIn, idsIn } from '../scripts/requirements/citations.ts';
import { withTables } from '../scripts/requirements/conformance-page.ts';
import { type Definitions, faultsOf, rulesDefinedIn } from '../scripts/requirements/gate.ts';
import { publicDocs } from '../scripts/requirements/public-docs.ts';
import { citationsBelow } from '../scripts/requirements/sources.ts';
import { ALL_REQUIREMENTS, EXCUSED_RULES, GROUPS } from './requirements.ts';
import type { Requirement } from './requirements/requirement.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const design = readFileSync(join(root, 'docs/design.md'), 'utf8');

/** Ids that a file of this name and text cites; those that its tests show are marked. */
const cited = (file: string, text: string): string[] =>
  citationsIn(file, text).map(({ id, isShown }) => (isShown ? `${id} shown` : id));

/** Where a comment that users of the package read cites an id. */
const citedInPublic = (entries: readonly string[], read: (file: string) => string): string[] =>
  publicDocs(entries, read).flatMap(({ file, line, text }) =>
    idsIn(text).map((id) => `${file}:${line} ${id}`),
  );

const must = (more: Partial<Requirement> = {}): Requirement => ({
  level: 'MUST',
  text: 'It is so.',
  sources: ['basic'],
  ...more,
});

describe('the project', () => {
  it('cites only what is defined, and shows or excuses all that is', () => {
    const definitions = {
      requirements: ALL_REQUIREMENTS,
      rules: rulesDefinedIn(design),
      excusedRules: EXCUSED_RULES,
    };
    expect(faultsOf(definitions, citationsBelow(root))).toEqual([]);
  }, 60_000);

  it('numbers the requirements of each group from 1, and cites only those there are', () => {
    for (const { prefix, requirements } of GROUPS) {
      const hyphen = prefix === 'T' ? '' : '-';
      const numbered = Object.keys(requirements).map((_, i) => `${prefix}${hyphen}${i + 1}`);
      expect(Object.keys(requirements)).toEqual(numbered);
    }
    const texts = Object.values(ALL_REQUIREMENTS).flatMap(({ text, excused, todo, partly }) => [
      text,
      excused ?? todo ?? partly ?? '',
    ]);
    for (const id of texts.flatMap((text) => cited('texts.md', text))) {
      expect(Object.keys(ALL_REQUIREMENTS)).toContain(id);
    }
  });
});

describe('what users of the package read', () => {
  const read = (file: string): string => readFileSync(join(root, file), 'utf8');

  it('says in words, or by a link, what ids say to those who read the sources', () => {
    const { exports } = JSON.parse(read('package.json')) as {
      exports: Record<string, string | { types: string }>;
    };
    const entries = Object.values(exports)
      .filter((target) => typeof target !== 'string')
      .map(({ types }) => types.replace('./dist/', 'src/').replace('.d.ts', '.ts'));
    expect(publicDocs(entries, read).length).toBeGreaterThan(100);
    expect(citedInPublic(entries, read)).toEqual([]);
  });

  it('are the comments of exported names and of their public members', () => {
    const files: Record<string, string> = {
      'src/index.ts': `export { Flow, type Options } from './flow/flow.ts';
        /** Own (S1). */
        export const VERSION = 1;`,
      'src/flow/flow.ts': `/** The file (F1). */

        /** Inner (F2). */
        function inner() {}

        /** Runs (F3). */
        export class Flow {
          /** Seen (F4). */
          readonly a = inner();
          /** Hidden (F5). */
          readonly #b = 1;
          // Not shown (F6).
        }

        export interface Options {
          /** Seen (F7). */
          a?: number;
        }

        /** Not exported by the package (F8). */
        export type Other = string;`,
    };
    expect(citedInPublic(['src/index.ts'], (file) => files[file]!)).toEqual([
      'src/flow/flow.ts:6 F3',
      'src/flow/flow.ts:8 F4',
      'src/flow/flow.ts:16 F7',
      'src/index.ts:2 S1',
    ]);
  });

  it('cannot be found for a name that nothing declares', () => {
    const files: Record<string, string> = { 'a.ts': `export { B } from './b.ts';`, 'b.ts': '' };
    expect(() => publicDocs(['a.ts'], (file) => files[file]!)).toThrow('b.ts does not declare B.');
  });
});

describe('docs/conformance.md', () => {
  const page = readFileSync(join(root, 'docs/conformance.md'), 'utf8');
  const marks = '<!-- requirements -->\n<!-- /requirements -->\n<!-- gaps -->\n<!-- /gaps -->\n';

  it('says what the requirements say (npm run docs:conformance)', async () => {
    expect(await withTables(page, GROUPS)).toBe(page);
  });

  it('has a row for each group, and one for each stretch that no test shows', async () => {
    const requirements = {
      'AA-1': must({ todo: 'Later.' }),
      'AA-2': must({ todo: 'Later.' }),
      'AA-3': must(),
      'AA-4': must({ todo: 'Later.' }),
      'AA-5': must({ partly: 'The rest is elsewhere.' }),
    };
    const group = { prefix: 'AA', about: 'the first', file: 'a.ts', requirements };
    const rows = (await withTables(marks, [group]))
      .split('\n')
      .filter((line) => line.startsWith('| AA'));
    expect(rows.map((row) => row.replaceAll(/ {2,}/g, ' '))).toEqual([
      '| AA-1 to AA-5 | the first | 2 of 5 | [a.ts](../test/requirements/a.ts) |',
      '| AA-1 to AA-2 | the first | not yet | Later. |',
      '| AA-4 | It is so. | not yet | Later. |',
      '| AA-5 | It is so. | in part | The rest is elsewhere. |',
    ]);
  });

  it('cannot be written without the marks that say where', async () => {
    await expect(withTables('# Conformance\n', GROUPS)).rejects.toThrow('<!-- requirements -->');
  });
});

describe('a citation', () => {
  it('is an id in the title of a test, wherever it stands there', () => {
    const text = `
      describe('F1 order', () => {
        it('MS-1 is kept, and MS-2 too', () => {});
        test(\`EN-3 \${name} (EN-4)\`, () => {});
        it.each([1, 2])('HS-5 %s', () => {});
        it.each\`a\${1}\`('HS-6 $a', () => {});
        it.for([1])('HS-7 %s', () => {});
      });`;
    const ids = ['F1', 'MS-1', 'MS-2', 'EN-3', 'EN-4', 'HS-5', 'HS-6', 'HS-7'];
    expect(cited('a.test.ts', text)).toEqual(ids.map((id) => `${id} shown`));
  });

  it('is an id that a text of a test begins with, as in a table of titles', () => {
    const text = `
      const ROWS = [['EN-2 S3 a result', 1], ['an error, EN-3', 2]];
      it.each(ROWS)('%s', () => expect('see EN-5').toBe('EN-6'));`;
    expect(cited('a.test.ts', text)).toEqual(['EN-2 shown', 'S3 shown']);
  });

  it('shows nothing if its test does not run or is expected to fail', () => {
    const text = `
      it.skip('MS-1 later', () => {});
      it.todo('MS-2 later');
      it.fails('MS-3 later', () => {});
      describe.skip('MS-4 later', () => {
        it('MS-5 later', () => {});
      });
      it.skipIf(windows)('MS-6 elsewhere', () => {});`;
    expect(cited('a.test.ts', text)).toEqual([
      'MS-1',
      'MS-2',
      'MS-3',
      'MS-4',
      'MS-5',
      'MS-6 shown',
    ]);
  });

  it('is an id in a comment, and shows nothing', () => {
    const text = `
      /** Order (F1, checklist MS-2). */
      // EN-3, and (T13)
      const id = 'MS-4 in a text', F9 = 1; /* K8 */`;
    expect(cited('a.ts', text)).toEqual(['F1', 'MS-2', 'EN-3', 'T13', 'K8']);
    expect(cited('a.test.ts', '/** F1 */ it("MS-2 is", () => {});')).toEqual(['F1', 'MS-2 shown']);
  });

  it('is an id in a document, outside of its code', () => {
    const text = 'Rule F1, and `F2`.\n\n```ts\nseat("F3");\n```\n\n| MS-4 | yes |\n';
    expect(citationsIn('a.md', text)).toEqual([
      { id: 'F1', file: 'a.md', line: 1, isShown: false },
      { id: 'MS-4', file: 'a.md', line: 7, isShown: false },
    ]);
  });

  it('is not part of a longer word', () => {
    const text = '// UTF-8 SHA-256 XAES-256-GCM ES2023 F1a aF1 %F1 C0 HTTP/2 RFC-822 MS-1-2';
    expect(cited('a.ts', text)).toEqual([]);
  });

  it('is refused together with its file if that cannot be read', () => {
    expect(() => citationsIn('a.ts', 'const = 1;')).toThrow('a.ts: ');
  });
});

describe('the gate fails on', () => {
  const definitions = (more: Partial<Definitions> = {}): Definitions => ({
    requirements: { 'AA-1': must() },
    rules: [],
    excusedRules: {},
    ...more,
  });
  const shows = (...ids: string[]) =>
    citationsIn('a.test.ts', ids.map((id) => `it('${id} is so', () => {});`).join('\n'));

  it('nothing, if all is well', () => {
    expect(faultsOf(definitions(), shows('AA-1'))).toEqual([]);
  });

  it('an id that nothing defines, wherever it is cited', () => {
    const bad = [
      ...citationsIn('src/a.ts', '\n// So it is (AA-2).'),
      ...citationsIn('docs/a.md', 'As AA-3 says.'),
      ...citationsIn('a.test.ts', `it.skip('ZZ-1 is so', () => {});`),
      ...citationsIn('src/b.ts', '// (T99, S4)'),
    ];
    expect(
      faultsOf(definitions({ rules: ['S4'], excusedRules: { S4: 'later' } }), [
        ...shows('AA-1'),
        ...bad,
      ]),
    ).toEqual([
      'src/a.ts:2 cites AA-2, which nothing defines.',
      'docs/a.md:1 cites AA-3, which nothing defines.',
      'a.test.ts:1 cites ZZ-1, which nothing defines.',
      'src/b.ts:1 cites T99, which nothing defines.',
    ]);
  });

  it('a requirement that no test cites, a note apart', () => {
    const requirements = {
      'AA-1': must(),
      'AA-2': must({ level: 'MAY' }),
      T1: must({ level: 'note' }),
    };
    const comment = citationsIn('src/a.ts', '// (AA-1)');
    expect(faultsOf(definitions({ requirements }), comment)).toEqual([
      'No test cites AA-1 (MUST).',
      'No test cites AA-2 (MAY).',
    ]);
  });

  it('a requirement whose test does not run', () => {
    const skipped = citationsIn('a.test.ts', `it.skip('AA-1 is so', () => {});`);
    expect(faultsOf(definitions(), skipped)).toEqual(['No test cites AA-1 (MUST).']);
  });

  it.each(['excused', 'todo'] as const)('%s where a test cites it', (how) => {
    const requirements = { 'AA-1': must({ [how]: 'It happens elsewhere.' }) };
    expect(faultsOf(definitions({ requirements }), [])).toEqual([]);
    expect(faultsOf(definitions({ requirements }), shows('AA-1'))).toHaveLength(1);
  });

  it('partly where no test cites it', () => {
    const requirements = { 'AA-1': must({ partly: 'The rest happens elsewhere.' }) };
    expect(faultsOf(definitions({ requirements }), shows('AA-1'))).toEqual([]);
    expect(faultsOf(definitions({ requirements }), [])).toHaveLength(1);
  });

  it('an excuse without a reason, and two excuses', () => {
    const requirements = {
      'AA-1': must({ excused: ' ' }),
      'AA-2': must({ excused: 'It happens elsewhere.', todo: 'Later.' }),
    };
    expect(faultsOf(definitions({ requirements }), [])).toHaveLength(2);
  });

  it('a rule that is cited and not defined, or defined and not cited', () => {
    const rules = rulesDefinedIn('**F1 Order.** First.\n\n**F2** Then (F3).\n\nSee **F4**.\n');
    expect(rules).toEqual(['F1', 'F2']);
    expect(faultsOf(definitions({ rules }), shows('AA-1', 'F1', 'F4'))).toEqual([
      'a.test.ts:3 cites F4, which nothing defines.',
      'No test cites rule F2.',
    ]);
  });

  it('a rule that is excused and cited, or excused and not defined, or defined twice', () => {
    const stale = definitions({
      rules: ['F1', 'F1'],
      excusedRules: { F1: 'Later.', F2: 'Later.' },
    });
    expect(faultsOf(stale, shows('AA-1', 'F1'))).toHaveLength(3);
  });
});
