/** What `npm run conformance` makes of what the official suite writes. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { type Check, readResults, report } from '../../conformance/results.ts';

const TIME = '2026-07-28T10-00-00-000Z';

function written(folders: Readonly<Record<string, readonly Check[]>>): string {
  const output = mkdtempSync(join(tmpdir(), 'rondo-results-'));
  onTestFinished(() => rmSync(output, { recursive: true }));
  for (const [folder, checks] of Object.entries(folders)) {
    mkdirSync(join(output, folder), { recursive: true });
    writeFileSync(join(output, folder, 'checks.json'), JSON.stringify(checks));
  }
  return output;
}

const GOOD: Check = { id: 'good', status: 'SUCCESS' };

it('A34 scenarios are found by their names, those of auth/ one folder deeper', async () => {
  const results = await readResults(
    written({
      [`server-tools-list-${TIME}`]: [GOOD],
      [`auth/metadata-default-${TIME}`]: [GOOD, GOOD],
      'something-else': [],
    }),
  );
  expect(results).toEqual(
    new Map([
      ['auth/metadata-default', [GOOD, GOOD]],
      ['tools-list', [GOOD]],
    ]),
  );
});

it.each([
  ['passed', [GOOD], true],
  ['did not run', undefined, false],
  ['checked nothing', [], false],
  ['failed', [GOOD, { id: 'bad', status: 'FAILURE' }], false],
  ['was warned about', [GOOD, { id: 'odd', status: 'WARNING' }], false],
] as const)('A34 a scenario that %s counts as such', (_what, checks, isGood) => {
  const log = vi.spyOn(console, 'log').mockImplementation(() => {});
  onTestFinished(() => log.mockRestore());
  const results = new Map(checks === undefined ? [] : [['auth/a', checks]]);
  const wanted = {
    side: 'client',
    revision: '2026-07-28',
    required: ['auth/a'],
    more: [],
  } as const;
  expect(report(results, wanted)).toBe(isGood);
});
