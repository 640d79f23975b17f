/** Tokens that several processes share, in files. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileStore } from '../../src/auth/client/stores/file-store.ts';
import type { Authority } from '../support/auth/authority.ts';
import type { GuardedServer } from '../support/auth/guarded-server.ts';
import { LoginStage } from '../support/auth/login.ts';
import { Program } from '../support/program.ts';

const stage = new LoginStage();
let directory: string;
let authority: Authority;
let server: GuardedServer;
const programs: Program[] = [];

/** Logged in, with a token that is about to end. */
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rondo-auth-'));
  const all = await stage.all({ store: fileStore({ directory }) });
  ({ authority, server } = all);
  authority.response = { expires_in: 1 };
  await all.login.login(server.url);
  authority.response = {};
});
afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.kill()));
  await stage.close();
  await rm(directory, { recursive: true });
});

function start(what: string, ...more: string[]): Program {
  const program = new Program('test/programs/token-caller.ts', [
    what,
    server.url,
    directory,
    ...more,
  ]);
  programs.push(program);
  return program;
}

function refreshes(): number {
  return authority.at('/token').filter(({ form }) => form.get('grant_type') === 'refresh_token')
    .length;
}

describe('(A21) a token that ends', () => {
  it('is refreshed once for 50 calls at once in each of two processes', async () => {
    const two = [start('call', '50'), start('call', '50')];
    for (const program of two) {
      await program.ended();
      expect(program.output + program.errors).toBe('50 worked\n');
    }
    expect(refreshes()).toBe(1);
    expect(authority.at('/authorize')).toHaveLength(1);
  });

  it('is refreshed by the next process when one dies that has the lock', async () => {
    const key = JSON.stringify(['tokens', authority.url, server.url]);
    const holder = start('hold', key);
    await holder.until(/holding/);
    const waiting = start('call', '1');
    await holder.kill();
    await waiting.ended();
    expect(waiting.output + waiting.errors).toBe('1 worked\n');
    expect(refreshes()).toBe(1);
  });

  it('is not lost with a process that dies after the refresh, at the first use', async () => {
    let first!: () => void;
    const used = new Promise<void>((resolve) => (first = resolve));
    server.refuse = (token) => {
      if (token === authority.issued.at(-1)) first();
      return undefined;
    };
    const dying = start('call', '1');
    await used;
    await dying.kill();
    const next = start('call', '1');
    await next.ended();
    expect(next.output + next.errors).toBe('1 worked\n');
    expect(refreshes()).toBe(1);
  });

  it('is kept when the server cannot be asked, and forgotten when it refuses', async () => {
    authority.override = ({ path }) => (path === '/token' ? { status: 503 } : undefined);
    const first = start('call', '1');
    await first.ended();
    authority.override = () => undefined;
    const second = start('call', '1');
    await second.ended();
    expect(second.output).toBe('1 worked\n');
    expect(refreshes()).toBe(2);
  });
});
