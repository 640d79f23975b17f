/**
 * Every way in which secrets are used: none is in a log, an error, an event, a span, a snapshot, a saved
 * flow, or what the command prints. The authorization server repeats all that it gets in its errors.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { McpServer } from 'mcp-rondo';
import {
  type OAuthOptions,
  bearer,
  clientCredentials,
  introspection,
  jwtBearer,
  memoryAuthStore,
} from 'mcp-rondo/auth';
import { Client } from 'mcp-rondo/client';
import { type Serving, serve } from 'mcp-rondo/node';
import { otel, otelClient } from 'mcp-rondo/otel';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../src/cli/test-support/temporary-folder.ts';
import type { Logger } from '../../src/base/logging/logger.ts';
import type { AskedOf, Authority, Scripted } from '../support/auth/authority.ts';
import { LoginStage } from '../support/auth/login.ts';
import { type SendOptions, sendTo } from '../support/auth/protected.ts';
import { Secrets, Shown } from '../support/auth/secrets.ts';
import { freePort } from '../support/free-port.ts';
import { call } from '../support/messages.ts';
import { Program } from '../support/program.ts';
import { Telemetry } from '../support/telemetry.ts';

describe('a secret', () => {
  const secrets = new Secrets();
  const secret = secrets.add('the token', 'aZ09-_~/ é+"f3kd92JdkeP3o2');

  it.each<[string, unknown]>([
    ['as it is', `The token is ${secret}.`],
    ['in a piece', `…${secret.slice(5, 17)}…`],
    ['in a URL', `?token=${encodeURIComponent(secret)}`],
    ['in a form', new URLSearchParams({ a: 'b', secret }).toString()],
    ['in HTTP Basic', `Basic ${btoa(`x:${secret.replace('é', 'e')}`)}`],
    ['in base64 of something', Buffer.from(`[${secret}]`).toString('base64url')],
    ['in JSON', JSON.stringify({ a: { secret } })],
    ['in a member that is not enumerable', Object.defineProperty({}, 'x', { value: { secret } })],
    ['in the cause of an error', new Error('no', { cause: new Error(`for ${secret}`) })],
    ['in a member of an error', Object.assign(new Error('no'), { request: { headers: [secret] } })],
    ['in a map', new Map([['a', new Set([secret])]])],
  ])('is found %s', (_how, what) => {
    const shown = new Shown();
    shown.add('there', what);
    shown.add('elsewhere', 'nothing');
    expect(shown.leaks(secrets)).toEqual(['there: the token']);
  });
});

const FAILING = ['/register', '/token', '/revoke', '/introspect', '/authorize', '/device'];

describe('(A29) with an authorization server that repeats what it gets', () => {
  const stage = new LoginStage();
  let secrets: Secrets;
  let shown: Shown;
  let authority: Authority;
  let serving: Serving;
  let folder: string;
  let telemetry: Telemetry;
  /** The paths that fail, with what they were asked in the error. */
  let failing: Set<string>;
  let live: Set<string>;

  beforeEach(async () => {
    [secrets, shown, failing, live] = [new Secrets(), new Shown(), new Set(), new Set()];
    folder = temporaryFolder();
    telemetry = new Telemetry();
    authority = await stage.authority();
    authority.metadata = {
      introspection_endpoint: `${authority.url}/introspect`,
      device_authorization_endpoint: `${authority.url}/device`,
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
    };
    authority.response = {
      get access_token() {
        const token = secrets.fresh('an access token').replace(/[^\w-]/g, '');
        live.add(token);
        return token;
      },
      get refresh_token() {
        return secrets.fresh('a refresh token');
      },
    };
    authority.callback = Object.defineProperty({}, 'code', {
      enumerable: true,
      get: () => secrets.fresh('a code'),
    });
    authority.override = answer;
    serving = await protect();
  });
  afterEach(async () => {
    await serving.close();
    await stage.close();
  });

  function answer(asked: AskedOf): Scripted | undefined {
    const { path, form, query } = asked;
    for (const name of ['code_verifier', 'client_assertion', 'assertion']) {
      const value = form.get(name);
      if (value !== null) secrets.add(`a ${name}`, value);
    }
    if (failing.has(path)) return repeated(asked);
    if (path === '/introspect') return introspected(form.get('token') ?? '');
    if (path === '/device') return device();
    if (path === '/register') {
      const client_secret = secrets.fresh('a client secret');
      return { status: 201, body: { client_id: 'registered', client_secret } };
    }
    if (path === '/authorize') secrets.add('a state', query.get('state')!);
    return undefined;
  }

  /** All that it has been sent, and that in base64. */
  function repeated({ path, query, form, text, headers }: AskedOf): Scripted {
    const basic = headers['authorization'] ?? '';
    const all = [basic, ...form.values(), text, String(query)].join(' ');
    const words = `${all} ${Buffer.from(all).toString('base64')}`;
    if (path !== '/authorize') {
      return { status: 400, body: { error: words.slice(0, 200), error_description: words } };
    }
    const location = new URL(query.get('redirect_uri')!);
    const answers = { state: query.get('state')!, iss: authority.url, error: 'no' };
    for (const [name, value] of Object.entries(answers)) location.searchParams.set(name, value);
    location.searchParams.set('error_description', words);
    return { status: 302, headers: { location: location.href } };
  }

  const introspected = (token: string): Scripted => ({
    body: live.has(token)
      ? { active: true, iss: authority.url, aud: serving.url, sub: 'ada', scope: 'read' }
      : { active: false, token },
  });

  const device = (): Scripted => ({
    body: {
      device_code: secrets.fresh('a device code'),
      user_code: 'ABCD',
      verification_uri: `${authority.url}/enter`,
      expires_in: 60,
      interval: 1,
    },
  });

  function logger(where: string): Logger {
    const keep = (...words: unknown[]): void => words.forEach((word) => shown.add(where, word));
    return { debug: keep, info: keep, warn: keep, error: keep };
  }

  async function protect(): Promise<Serving> {
    const port = await freePort();
    const client = { client_id: 'server', client_secret: secrets.fresh("the server's secret") };
    const authenticate = bearer({
      resource: `http://127.0.0.1:${port}/mcp`,
      issuer: authority.url,
      verify: introspection({ client }),
    });
    const keys = [secrets.add('the key of states', randomBytes(32).toString('base64url'))];
    const spans = otel();
    const server = new McpServer(
      { name: 'files', version: '1' },
      {
        logger: logger('the log of the server'),
        state: { keys },
        http: { authenticate },
        on: (event) => {
          shown.add('the events of the server', event);
          spans(event);
        },
      },
    );
    server.registerTool('who', {}, (ctx) => {
      shown.add('what a handler sees', { ...ctx.principal, request: ctx.request, meta: ctx.meta });
      return ctx.principal!.subject;
    });
    server.registerTool('sure', {}, async (ctx) => String(await ctx.confirm('sure', 'Sure?')));
    server.registerTool('write', { scopes: ['write'] }, () => 'written');
    server.registerTool('fails', {}, () => {
      throw new TypeError('it is broken');
    });
    return serve(server, { port, signals: false });
  }

  function clientWith(http: { headers: never; authorize: never } | object): Client {
    const client = new Client(serving.url, {
      name: 'c',
      version: '1',
      logger: logger('the log of the client'),
      tracing: otelClient(),
      http: http as never,
    });
    stage.keep(client);
    return client;
  }

  /** What a client does with a server, as far as it gets. */
  async function use(how: string, http: object): Promise<void> {
    const client = clientWith(http);
    for (const name of ['who', 'fails', 'write', 'nothing']) {
      await shown.failing(`${name}, ${how}`, async () => {
        shown.add('results', await client.callTool(name));
      });
    }
    const flow = client.start('tools/call', { name: 'sure', arguments: {} });
    await shown.failing(`a flow, ${how}`, () => flow.advance());
    shown.add('snapshots', flow.toJSON());
  }

  function login(options: Partial<OAuthOptions> = {}) {
    const browse = async (url: string): Promise<string> => authority.browse(url);
    return stage.login(authority, { redirect: browse, ...options });
  }

  /** Everything once, and once more with each of the answers failing. */
  async function withEachFailing(work: (how: string) => Promise<void>): Promise<void> {
    for (const path of [undefined, ...FAILING]) {
      failing = new Set(path === undefined ? [] : [path]);
      await work(path === undefined ? 'all well' : `${path} fails`);
    }
    failing.clear();
  }

  async function scan(): Promise<void> {
    shown.add('spans and metrics', await telemetry.text());
    expect(shown.leaks(secrets)).toEqual([]);
  }

  it('logins, renewals, step-ups and logouts show no secret', async () => {
    await withEachFailing(async (how) => {
      const ours = login();
      await use(how, ours.http);
      live.clear();
      await use(`${how}, revoked`, ours.http);
      const outcome = await shown.failing(`a logout, ${how}`, () => ours.logout(serving.url));
      shown.add('logouts', outcome);
      shown.add('what oauth() gives', ours);
    });
    await scan();
    expect(Object.keys(secrets.used).sort()).toEqual(
      expect.arrayContaining([
        'a client secret',
        'a code',
        'a code_verifier',
        'a refresh token',
        'a state',
        'an access token',
        "the server's secret",
      ]),
    );
  });

  it('logins of given clients, by codes on other devices, and that go on later, show none', async () => {
    await withEachFailing(async (how) => {
      for (const token_endpoint_auth_method of ['client_secret_basic', 'client_secret_post']) {
        const client_secret = secrets.fresh('a given secret');
        const client = { issuer: authority.url, client_id: 'given', client_secret };
        await use(how, login({ client: { ...client, token_endpoint_auth_method } }).http);
      }
      const onDeviceCode = (code: unknown): void => shown.add('device codes', code);
      const byCode = login({ onDeviceCode });
      await shown.failing(`a device, ${how}`, () => byCode.login(serving.url));
      const later = login({
        redirect: 'defer',
        session: secrets.fresh('a session'),
        store: memoryAuthStore(),
      });
      await use(`deferred, ${how}`, later.http);
      const failure = later.finish(`http://127.0.0.1/?code=${secrets.fresh('a stolen code')}`, 'x');
      await shown.failing(`a login that goes on, ${how}`, () => failure);
    });
    await scan();
  });

  it('clients without a person show none', async () => {
    const { privateKey } = await crypto.subtle.generateKey(
      { name: 'ECDSA', namedCurve: 'P-256' },
      true,
      ['sign', 'verify'],
    );
    secrets.add('a private key', (await crypto.subtle.exportKey('jwk', privateKey)).d!);
    const issuer = authority.url;
    await withEachFailing(async (how) => {
      const client_secret = secrets.fresh("a job's secret");
      await use(how, clientCredentials({ client: { issuer, client_id: 'job', client_secret } }));
      const signing = { issuer, client_id: 'signing', privateKey: { key: privateKey } };
      await use(how, clientCredentials({ client: signing }));
      const assertion = (): string => secrets.fresh("a workload's assertion");
      await use(how, jwtBearer({ issuer, client_id: 'workload', assertion }));
    });
    await scan();
    expect(secrets.used).toHaveProperty('a client_assertion');
  });

  it('a server that refuses tokens shows none', async () => {
    const wrong = (): string => secrets.fresh('a wrong token').replace(/[^\w-]/g, '');
    await withEachFailing(async (how) => {
      const ways: SendOptions[] = [
        { token: wrong() },
        { query: `?access_token=${wrong()}` },
        { headers: { Authorization: [`Bearer ${wrong()}`, `Bearer ${wrong()}`] } },
        { headers: { authorization: `Bearer ${secrets.fresh('a wrong token')} x` } },
        { headers: { authorization: `Basic ${btoa(`me:${wrong()}`)}` } },
        { headers: { authorization: `Bearer ${wrong().repeat(100)}` } },
      ];
      for (const way of ways) {
        const { status, headers, text } = await sendTo(serving.port, call('who'), way);
        shown.add(`a refusal, ${how}`, { status, headers, text });
      }
    });
    await scan();
  });

  it('the command shows and saves none but in its store', async () => {
    const where = { XDG_CONFIG_HOME: join(folder, 'config') };
    /** With the page of a login: its state has to be in it. */
    const states = secrets.add.bind(secrets);
    secrets.add = (name, secret) => (name === 'a state' ? secret : states(name, secret));
    const run = async (how: string, ...args: string[]): Promise<void> => {
      const program = new Program('src/cli/main.ts', args, where);
      if (args[0] === 'login' && !args.includes('--device')) {
        const page = program.untilFound(() => /^http\S+authorize\S+$/m.exec(program.errors));
        await page.then(
          async ([url]) => program.process.stdin!.write(`${await authority.browse(url)}\n`),
          () => undefined,
        );
      } else program.process.stdin!.end();
      await program.ended();
      shown.add(`rondo ${args[0]}, ${how}`, program.output + program.errors);
    };
    for (const path of [undefined, '/token', '/introspect', '/device']) {
      failing = new Set(path === undefined ? [] : [path]);
      const how = path ?? 'all well';
      const saved = join(folder, `${how.replaceAll(/\W/g, '-')}.json`);
      await run(how, 'login', serving.url, '--no-browser');
      await run(how, 'call', serving.url, 'sure', '--verbose', '--save', saved);
      await run(how, 'call', serving.url, 'write', '--verbose');
      if (path === undefined || path === '/device')
        await run(how, 'login', serving.url, '--device');
      await run(how, 'logout', serving.url);
    }
    const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
    for (const name of files) shown.add('saved flows', readFileSync(join(folder, name), 'utf8'));
    expect(files.length).toBeGreaterThan(0);
    await scan();
  });
});
