/** `rondo login`, `logout`, and the commands that use its tokens. */
import { once } from 'node:events';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Authority } from '../../support/auth/authority.ts';
import type { GuardedServer } from '../../support/auth/guarded-server.ts';
import { LoginCommands, pageOf } from '../../support/cli/login-commands.ts';
import { freePort } from '../../support/free-port.ts';
import type { Program } from '../../support/program.ts';

const programs = new LoginCommands();
const rondo = programs.run.bind(programs);
let authority: Authority;
let server: GuardedServer;
let folder: string;

beforeEach(async () => {
  ({ authority, server, folder } = await programs.open());
});
afterEach(() => programs.close());

function start(...args: string[]): Program {
  return programs.start(args);
}

async function logIn(...options: string[]): Promise<void> {
  const login = start('login', server.url, '--no-browser', ...options);
  const callback = await authority.browse(await pageOf(login));
  expect((await fetch(callback)).status).toBe(200);
  await login.ended();
  expect([login.process.exitCode, login.errors]).toEqual([0, expect.stringContaining('Logged in')]);
}

describe('(A23) rondo login', () => {
  it('keeps tokens that call uses, and logout revokes and forgets them', async () => {
    await logIn();
    const call = await rondo('call', server.url, 'one');
    expect([call.code, call.errors]).toEqual([0, '']);
    expect(server.tokens.at(-1)).toBe(authority.issued[0]);
    const logout = await rondo('logout', server.url);
    expect(logout.errors).toBe('Logged out.\n');
    expect(authority.at('/revoke')).toHaveLength(2);
    const again = await rondo('call', server.url, 'one');
    expect(again.code).toBe(3);
    expect(again.errors.replace(/\s+/g, ' ')).toContain(`login ${server.url}`);
  });

  it('takes the port of its registration again', async () => {
    await logIn();
    await logIn();
    expect(authority.at('/register')).toHaveLength(1);
    const uris = authority.at('/authorize').map(({ query }) => query.get('redirect_uri'));
    expect(uris[0]).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
    expect(uris[1]).toBe(uris[0]);
  });

  it('comes back to the URI of --redirect, to the character, and to no other', async () => {
    const uri = `http://localhost:${await freePort()}/a%20path?of=mine`;
    await logIn('--redirect', uri);
    expect(authority.at('/authorize')[0]!.query.get('redirect_uri')).toBe(uri);
    expect(authority.at('/token')[0]!.form.get('redirect_uri')).toBe(uri);
    expect(JSON.parse(authority.at('/register')[0]!.text)).toMatchObject({ redirect_uris: [uri] });
  });

  it('takes what is pasted, with a browser too, where it comes back to elsewhere', async () => {
    const uri = 'https://client.example.com/callback';
    const nobody = { PATH: folder };
    const login = programs.start(['login', server.url, '--redirect', uri], nobody);
    const callback = await authority.browse(await pageOf(login));
    expect(callback.startsWith(`${uri}?`)).toBe(true);
    login.process.stdin!.write(`${callback}\n`);
    await login.ended();
    expect([login.process.exitCode, login.errors]).toEqual([
      0,
      expect.stringContaining('Nothing here'),
    ]);
  });

  it('fails where another program has the port of --redirect, before anybody is sent anywhere', async () => {
    const { port } = new URL(server.url);
    const login = await rondo(
      'login',
      server.url,
      '--redirect',
      `http://127.0.0.1:${port}/callback`,
    );
    expect([login.code, login.errors]).toEqual([
      1,
      expect.stringMatching(/another\s+program\s+has\s+its\s+port/),
    ]);
    expect(authority.at('/authorize')).toEqual([]);
    expect(authority.at('/register')).toEqual([]);
  });

  it('takes another port where another program has the one of the registration', async () => {
    await logIn();
    const uri = new URL(authority.at('/authorize')[0]!.query.get('redirect_uri')!);
    const other = createServer().listen(Number(uri.port), '127.0.0.1');
    await once(other, 'listening');
    await logIn();
    other.close();
    expect(authority.at('/register')).toHaveLength(2);
    expect(authority.at('/authorize')[1]!.query.get('redirect_uri')).not.toBe(uri.href);
  });

  it('(A16) is the client of --client-metadata where the server reads such, and registers none', async () => {
    authority.metadata = { client_id_metadata_document_supported: true };
    const document = 'https://client.example.com/rondo.json';
    await logIn('--client-metadata', document);
    const sent = [authority.at('/authorize')[0]!.query, authority.at('/token')[0]!.form];
    expect(sent.map((each) => each.get('client_id'))).toEqual([document, document]);
    expect(authority.at('/register')).toEqual([]);
    authority.response = { expires_in: 0 };
    expect((await rondo('call', server.url, 'one')).code).toBe(0);
  });

  it.each([
    [['--redirect', 'callback'], '--redirect needs a URL'],
    [['--redirect', 'http://example.com/callback'], '--redirect needs a URL'],
    [['--client-metadata', 'http://example.com/a.json'], '--client-metadata needs an https URL'],
  ])('%j is a mistake, and nobody is asked', async (options, words) => {
    const login = await rondo('login', server.url, ...options);
    expect([login.code, login.errors]).toEqual([2, expect.stringContaining(words)]);
    expect([authority.asked, server.received]).toEqual([[], []]);
  });

  it('(A21) registers anew, once, where the server does not know the client any more', async () => {
    await logIn();
    authority.override = ({ path, form }) =>
      path === '/token' && form.get('client_id') === 'registered'
        ? { status: 401, body: { error: 'invalid_client' } }
        : path === '/register'
          ? { status: 201, body: { client_id: 'registered-anew' } }
          : undefined;
    const login = start('login', server.url, '--no-browser');
    await fetch(await authority.browse(await pageOf(login)));
    const [, second] = await login.untilFound(() =>
      /authorize[^]+^(http\S+authorize\S+)$/m.exec(login.errors),
    );
    await fetch(await authority.browse(second!));
    await login.ended();
    expect(login.process.exitCode).toBe(0);
    expect(authority.at('/register')).toHaveLength(2);
  });

  it('ends without a trace of the program when it is interrupted while a page is opened', async () => {
    const login = start('login', server.url);
    await pageOf(login);
    login.process.kill('SIGINT');
    await login.ended();
    expect([login.process.exitCode, login.errors]).toEqual([
      130,
      expect.not.stringMatching(/\bat .*:\d+:\d+|Unhandled/),
    ]);
  });

  it('takes the URL that is pasted', async () => {
    const login = start('login', server.url, '--no-browser');
    const callback = await authority.browse(await pageOf(login));
    login.process.stdin!.write(`what?\n${callback}\n`);
    await login.ended();
    expect(login.process.exitCode).toBe(0);
  });

  it('(A31) is not ended by a request without its state, for another host, or by a POST', async () => {
    const login = start('login', server.url, '--no-browser');
    const callback = new URL(await authority.browse(await pageOf(login)));
    const statuses: (number | undefined)[] = [];
    const send = (path: string, options: object = {}): Promise<void> =>
      new Promise((resolve) => {
        request(
          { host: '127.0.0.1', port: callback.port, path, agent: false, ...options },
          (response) => {
            statuses.push(response.resume().statusCode);
            resolve();
          },
        ).end();
      });
    const path = callback.pathname + callback.search;
    await send('/callback?code=x&state=guessed');
    await send('/favicon.ico');
    await send(path, { headers: { host: 'evil.example.com' } });
    await send(path, { method: 'POST' });
    await send(path);
    expect(statuses).toEqual([404, 404, 404, 404, 200]);
    await login.ended();
    expect(login.process.exitCode).toBe(0);
  });

  it('by a code on another device, where that is offered', async () => {
    authority.metadata = { device_authorization_endpoint: `${authority.url}/device` };
    let polls = 0;
    authority.override = ({ path, form }) => {
      if (path === '/device') {
        const body = {
          device_code: 'dc',
          user_code: 'ABCD',
          verification_uri: `${authority.url}/d`,
          expires_in: 60,
          interval: 0.01, // and still it is asked once a second
        };
        return { body };
      }
      const isPoll = path === '/token' && form.get('device_code') === 'dc';
      return isPoll && ++polls < 2
        ? { status: 400, body: { error: 'authorization_pending' } }
        : undefined;
    };
    const login = await rondo('login', server.url, '--device');
    expect([login.code, login.errors]).toEqual([0, expect.stringContaining('Code: ABCD')]);
    expect(polls).toBe(2);
    expect((await rondo('call', server.url, 'one')).code).toBe(0);
  });

  it('shows nothing secret, and says which step failed', async () => {
    authority.override = ({ path, text }) =>
      path === '/token'
        ? { status: 400, body: { error: 'invalid_request', error_description: text } }
        : undefined;
    const login = start('login', server.url, '--no-browser');
    const callback = await authority.browse(await pageOf(login));
    await fetch(callback);
    await login.ended();
    expect(login.process.exitCode).toBe(3);
    expect(login.errors).toContain('the exchange of the code');
    const { form } = authority.at('/token')[0]!;
    expect(login.errors).not.toContain(form.get('code_verifier')!);
    expect(login.errors).not.toContain(form.get('code')!);
  });
});
