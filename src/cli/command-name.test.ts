import { expect, it } from 'vitest';
import { nameAt } from './command-name.ts';

it.each([
  ['/usr/local/bin/rondo', 'rondo'],
  ['/home/me/project/dist/cli/main.js', 'rondo'],
  ['/home/me/.npm/_npx/8e662afcd77d2e1d/node_modules/.bin/mcp-rondo', 'npx mcp-rondo'],
  ['/home/me/project/node_modules/.bin/rondo', 'npx mcp-rondo'],
  ['', 'rondo'],
])('the command that was started as %j is typed %s', (script, name) => {
  expect(nameAt(script)).toBe(name);
});
