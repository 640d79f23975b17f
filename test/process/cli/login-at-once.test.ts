/** Kept logins that several processes use at once, or that are damaged. */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Authority } from '../../support/auth/authority.ts';
import type { GuardedServer } from '../../support/auth/guarded-server.ts';
import { LoginCommands, pageOf } from '../../support/cli/login-commands.ts';
import type { Program } from '../../support/program.ts';

const programs = new LoginCommands();
let authority: Authority;
let server: GuardedServer;
let folder: string;

beforeEach(async () => {
  ({ authority, server, folder } = await programs.open());
});
afterEach(() => programs.close());

const startLogin = (): Program => programs.start(['login', server.url, '--no-browser']);

async function finish(login: Program): Promise<void> {
  await fetch(await authority.browse(await pageOf(login)));
  await login.ended();
  expect([login.process.exitCode, login.errors]).toEqual([0, expect.stringContaining('Logged in')]);
}

const logIn = (): Promise<void> => finish(startLogin());

const call = (): Program => programs.start(['call', server.url, 'one']);

function refreshes(): number {
  return authority.at('/token').filter(({ form }) => form.get('grant_type') === 'refresh_token')
    .length;
}

describe('(A21) several processes', () => {
  it('that log in at the same server at once all do, and one that is killed disturbs none', async () => {
    const logins = [1, 2, 3].map(startLogin);
    const killed = startLogin();
    await pageOf(killed);
    await killed.kill();
    await Promise.all(logins.map(finish));
    expect(await call().ended()).toBe(0);
  });

  it('whose token has ended renew it once, and one that is killed meanwhile disturbs none', async () => {
    authority.response = { expires_in: 0 };
    await logIn();
    authority.response = { expires_in: 3600 };
    const before = refreshes();
    const calls = [1, 2, 3, 4].map(call);
    const [first, ...others] = calls;
    await first!.ended();
    await others.pop()!.kill();
    for (const each of others) {
      await each.ended();
      expect([each.process.exitCode, each.errors]).toEqual([0, '']);
    }
    expect(first!.process.exitCode).toBe(0);
    expect(refreshes() - before).toBe(1);
  });
});

describe('a kept login that is damaged', () => {
  const damages: [string, (path: string) => void][] = [
    ['empty', (path) => writeFileSync(path, '')],
    ['cut', (path) => writeFileSync(path, readFileSync(path, 'utf8').slice(0, 20))],
    ['a list', (path) => writeFileSync(path, '[1]')],
    ['an empty object', (path) => writeFileSync(path, '{}')],
    ['of numbers', (path) => writeFileSync(path, numbersFor(readFileSync(path, 'utf8')))],
    ['binary', (path) => writeFileSync(path, Buffer.from([0, 255, 1, 254]))],
    ['a folder', (path) => void (rmSync(path), mkdirSync(path))],
  ];

  it.each(damages)('and is %s costs a new login at most, and says so', async (_, damage) => {
    await logIn();
    const kept = join(folder, 'mcp-rondo', 'auth');
    const files = readdirSync(kept).filter((name) => name.endsWith('.json'));
    const contents = new Map(files.map((name) => [name, readFileSync(join(kept, name))]));
    for (const name of files) {
      damage(join(kept, name));
      const run = await programs.run('call', server.url, 'one');
      expect(run.errors).not.toContain('should not happen');
      expect(run.errors).toMatch(run.code === 0 ? /^$/ : /rondo login|json is a folder/);
      expect(server.tokens.filter((token) => /undefined|^7/.test(token ?? ''))).toEqual([]);
      rmSync(join(kept, name), { recursive: true, force: true });
      writeFileSync(join(kept, name), contents.get(name)!);
    }
  });
});

/** The same members, with numbers for all texts. */
function numbersFor(text: string): string {
  const members = Object.entries(JSON.parse(text) as object);
  return JSON.stringify(Object.fromEntries(members.map(([name]) => [name, 7])));
}
