/**
 * A person at a browser: Debian's Chromium, without a window. It reaches this machine alone. Where it is
 * not installed, or there is no newer Node for the authorization server, tests count as not run.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { describe } from 'vitest';
import { installedNewerNode } from '../../../scripts/newer-node.ts';

const CHROMIUM = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'chromium'))
  .find(existsSync);

const NEWER_NODE = installedNewerNode();

const missing =
  CHROMIUM === undefined
    ? 'apt-get install chromium'
    : NEWER_NODE === undefined && 'npm ci --prefix conformance/suite';

if (missing) console.warn(`Tests with a browser are not run here: ${missing}`);

/** Tests of a browser. `newerNode` is where there is a Node 22 or newer. */
export function withBrowser(tests: (newerNode: string) => void): void {
  describe.skipIf(missing)('with a browser', () => {
    tests(NEWER_NODE ?? '');
  });
}

export function openBrowser(): Promise<Browser> {
  const args = ['--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', '--disable-gpu'];
  return chromium.launch({ executablePath: CHROMIUM!, chromiumSandbox: false, args });
}
