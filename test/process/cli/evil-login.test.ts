/** What an evil authorization server tries with a person at a terminal who runs `rondo login`. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../../../src/cli/test-support/temporary-folder.ts';
import type { Authority } from '../../support/auth/authority.ts';
import type { GuardedServer } from '../../support/auth/guarded-server.ts';
import { LoginStage } from '../../support/auth/login.ts';
import { Program } from '../../support/program.ts';

const stage = new LoginStage();
let authority: Authority;
let server: GuardedServer;
let folder: string;

beforeEach(async () => {
  folder = temporaryFolder();
  ({ authority, server } = await stage.all());
  for (const name of ['xdg-open', 'open']) {
    writeFileSync(join(folder, name), `#!/bin/sh\nprintf '%s\\n' "$@" >> '${folder}/opened'\n`);
    chmodSync(join(folder, name), 0o755);
  }
});
afterEach(() => stage.close());

function start(...args: string[]): Program {
  const PATH = `${folder}:${process.env['PATH']}`;
  return new Program('src/cli/main.ts', args, { XDG_CONFIG_HOME: folder, PATH });
}

const opened = (): string =>
  existsSync(join(folder, 'opened')) ? readFileSync(join(folder, 'opened'), 'utf8') : '';

async function pageIsOpened(): Promise<void> {
  await expect.poll(opened).toMatch(/\n$/);
}

/** Nothing that a terminal would do something with. */
function expectOnlyText({ output, errors }: Program): void {
  expect(output + errors).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]|\u2028|\u2029/u);
}

it.each([
  'javascript:alert(document.cookie)',
  'file:///etc/passwd',
  'https://user:pw@127.0.0.1/authorize',
  '--help',
  'https://192.168.0.1/authorize',
])('(A28) the page %j is neither opened nor shown', async (authorization_endpoint) => {
  authority.metadata = { authorization_endpoint };
  const login = start('login', server.url);
  expect(await login.ended()).toBe(3);
  expect(opened()).toBe('');
  expect(login.errors).not.toContain('Log in at');
});

it('(A28) a page is opened as one argument, whatever is in its URL', async () => {
  const evil = `${authority.url}/authorize?a=$(reboot)&b=\`id\`&c=';touch x;'`;
  authority.metadata = { authorization_endpoint: evil };
  const login = start('login', server.url);
  await pageIsOpened();
  expect(opened().trim().split('\n')).toHaveLength(1);
  expect(new URL(opened().trim()).searchParams.get('a')).toBe('$(reboot)');
  await login.kill('SIGINT');
});

it('(A29) words that would control a terminal are text, at every step', async () => {
  const words = '\u001b]0;title\u0007\u001b[2J\u009b31m\rhidden\u202e\u2028next';
  const failed = { status: 400, body: { error: 'no\u001b[2J', error_description: words } };
  for (const path of ['/register', '/token']) {
    authority.override = (asked) => (asked.path === path ? failed : undefined);
    const login = start('login', server.url);
    if (path === '/token') {
      await pageIsOpened();
      await fetch(await authority.browse(opened().trim()));
    }
    expect(await login.ended()).toBe(3);
    expectOnlyText(login);
    expect(login.errors).toContain('hidden');
  }
});

it('(A31) the browser comes back once: whatever comes after it is not answered', async () => {
  const login = start('login', server.url);
  await pageIsOpened();
  const callback = await authority.browse(opened().trim());
  const attempts = Array.from({ length: 5 }, () =>
    fetch(callback).then(
      ({ status }) => status,
      () => 'no answer',
    ),
  );
  const answers = await Promise.all(attempts);
  expect(answers.filter((status) => status === 200)).toHaveLength(1);
  expect(await login.ended()).toBe(0);
  expect(authority.at('/token')).toHaveLength(1);
});

it('(A19) a callback of another issuer ends the login, and its code is not used', async () => {
  authority.callback = { iss: 'https://evil.example.com' };
  const login = start('login', server.url);
  await pageIsOpened();
  await fetch(await authority.browse(opened().trim()));
  expect(await login.ended()).toBe(3);
  expect(authority.at('/token')).toEqual([]);
});

it('(A18) scopes that a server names are no commands in what is shown to be typed', async () => {
  server.challenge = String.raw`scope="$(reboot) a'b;c"`;
  const call = start('call', server.url, 'one');
  expect(await call.ended()).toBe(3);
  const command = call.errors.replaceAll(/\s+/g, ' ');
  expect(command).toContain(String.raw`--scope '$(reboot)' --scope 'a'\''b;c'`);
});
