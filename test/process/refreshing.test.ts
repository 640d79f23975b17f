/** Tokens that several processes share, in files. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import { type AddressInfo, type Socket, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installedNewerNode } from '../../scripts/newer-node.ts';
import type { OAuth } from '../../src/auth/client/oauth.ts';
import { fileStore } from '../../src/auth/client/stores/file-store.ts';
import type { Authority } from '../support/auth/authority.ts';
import type { GuardedServer } from '../support/auth/guarded-server.ts';
import { LoginStage } from '../support/auth/login.ts';
import { Program } from '../support/program.ts';

/** Proxies of the environment are used from Node 22.21 and 24.5 on. */
const newerNode = installedNewerNode();
if (newerNode === undefined) {
  console.warn('Tests with a proxy are not run here: npm ci --prefix conformance/suite');
}

const stage = new LoginStage();
let directory: string;
let authority: Authority;
let server: GuardedServer;
let login: OAuth;
const programs: Program[] = [];

/** Logged in, with a token that has ended. */
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rondo-auth-'));
  const all = await stage.all({ store: fileStore({ directory }) });
  ({ authority, server, login } = all);
  authority.response = { expires_in: 0 };
  await login.login(server.url);
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

  it('needs one login when a process dies whose refresh was answered and not stored', async () => {
    const refused = { status: 400, body: { error: 'invalid_grant' } };
    let letGo!: () => void;
    const answered = new Promise<undefined>((resolve) => (letGo = () => resolve(undefined)));
    let isSpent = false;
    authority.override = ({ path }) => {
      if (path !== '/token') return undefined;
      if (isSpent) return refused;
      isSpent = true;
      return answered;
    };
    const dying = start('call', '1');
    await expect.poll(() => isSpent, { timeout: 30_000 }).toBe(true);
    await dying.kill();
    letGo();
    const next = start('call', '1');
    await next.ended();
    expect(next.output).toBe('0 worked\n');
    expect(next.errors).toContain('There is no browser here.');
    authority.override = () => undefined;
    await login.login(server.url);
    const last = start('call', '1');
    await last.ended();
    expect(last.output + last.errors).toBe('1 worked\n');
    expect(authority.at('/authorize')).toHaveLength(2);
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

describe('(A25) with a proxy of the environment', () => {
  it.skipIf(newerNode === undefined)('a token is renewed through it, too', async () => {
    const proxy = await openProxy();
    const args = ['call', server.url, directory, '1'];
    const env = { NODE_OPTIONS: '--use-env-proxy', HTTP_PROXY: proxy.url };
    const program = new Program('test/programs/token-caller.ts', args, env, newerNode);
    await program.ended();
    proxy.close();
    expect(program.output + program.errors).toBe('1 worked\n');
    const hosts = [authority.url, server.url].map((url) => new URL(url).host);
    expect(new Set(proxy.asked)).toEqual(new Set(hosts));
  });
});

interface Proxy {
  readonly url: string;
  /** The hosts that it has been asked for. */
  readonly asked: string[];
  close(): void;
}

/** Node's `fetch` asks for tunnels, its agents with the whole URL. */
async function openProxy(): Promise<Proxy> {
  const asked: string[] = [];
  const http = createServer((request, response) => {
    const { method, headers, url = '' } = request;
    asked.push(new URL(url).host);
    const onward = httpRequest(url, { method, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  http.on('connect', ({ url = '' }, socket: Socket) => {
    asked.push(url);
    const { hostname, port } = new URL(`http://${url}`);
    const onward = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    socket.on('error', () => onward.destroy());
    onward.on('error', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: () => http.close().closeAllConnections(),
  };
}
