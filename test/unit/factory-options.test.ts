/** Options of what is made beside servers and clients: tokens, logins, stores, relays, workers. */
import { describe, expect, it } from 'vitest';
import { McpServer, defineStore, memoryStore } from 'mcp-rondo';
import {
  bearer,
  clientCredentials,
  discover,
  introspection,
  jwt,
  jwtBearer,
  oauth,
  protectedResource,
} from 'mcp-rondo/auth';
import { Client } from 'mcp-rondo/client';
import { startWorker } from 'mcp-rondo/node';
import { otelClient } from 'mcp-rondo/otel';
import { postgresStore } from 'mcp-rondo/postgres';
import { redisGuard, redisRelay } from 'mcp-rondo/redis';
import { silent } from '../support/logger.ts';

const RESOURCE = 'https://mcp.example/mcp';
const ISSUER = 'https://id.example';
const SECRET = 'x'.repeat(40);
const INFO = { name: 's', version: '1' };
const CLIENT = { issuer: ISSUER, client_id: 'c' };
const LOGIN = { redirect: () => '', redirectUri: 'http://127.0.0.1/' };
const REDIS = { publish() {}, duplicate() {}, eval() {} };
const withTasks = (): McpServer => new McpServer(INFO, { store: memoryStore(), logger: silent });

/** As JavaScript calls it. */
type Loose = (...args: unknown[]) => unknown;
const loose = (make: unknown): Loose => make as Loose;

async function message(work: () => unknown): Promise<string> {
  try {
    await work();
    return 'taken';
  } catch (error) {
    const { code, message: text } = error as { code?: string; message: string };
    return code === 'invalid_options' ? text : `${String(error)} is no invalid_options`;
  }
}

describe('options that nobody knows, or can use, are refused where they are given', () => {
  it.each<[string, () => unknown, string]>([
    ['jwt() without algorithms', () => jwt({ algorithms: [] }), 'must not be empty'],
    [
      'jwt() with credentials in a URL, which errors would repeat',
      () => jwt({ jwksUri: 'https://u:pw@id.example/keys' }),
      'must not contain credentials',
    ],
    [
      'introspection() with credentials in a URL',
      () =>
        introspection({
          client: { client_id: 'c', client_secret: 's' },
          introspectionUri: 'https://u:pw@id.example/i',
        }),
      'must not contain credentials',
    ],
    [
      'bearer() with credentials in its issuer',
      () => bearer({ resource: RESOURCE, issuer: 'https://u:pw@id.example', verify: jwt() }),
      'must not contain credentials',
    ],
    ['protectedResource() without any', () => loose(protectedResource)(), 'must be an object'],
    [
      'protectedResource() without an issuer',
      () => loose(protectedResource)({ resource: RESOURCE }),
      'needs { resource, issuer }',
    ],
    [
      'protectedResource() with a misspelled one',
      () => loose(protectedResource)({ resource: RESOURCE, issuer: ISSUER, scope: ['a'] }),
      "Did you mean 'scopes'?",
    ],
    [
      'oauth() with scopes',
      () => loose(oauth)({ ...LOGIN, scopes: ['a'] }),
      'login() can ask for more',
    ],
    [
      'oauth() with a client whose issuer is no URL',
      () => oauth({ ...LOGIN, client: { ...CLIENT, issuer: 'id.example' } }),
      'must be the URL of an authorization server',
    ],
    [
      'oauth() with a client of an unknown method',
      () => oauth({ ...LOGIN, client: { ...CLIENT, token_endpoint_auth_method: 'magic' } }),
      "'client.token_endpoint_auth_method' of oauth() must be",
    ],
    [
      'oauth() with a method that needs a secret, without one',
      () =>
        oauth({
          ...LOGIN,
          client: { ...CLIENT, token_endpoint_auth_method: 'client_secret_post' },
        }),
      'needs client_secret',
    ],
    [
      'oauth() with a private key that is none',
      () => loose(oauth)({ ...LOGIN, client: { ...CLIENT, privateKey: { key: {} } } }),
      'must be a private CryptoKey',
    ],
    [
      'oauth() with a host that has a port',
      () => oauth({ ...LOGIN, allowHosts: ['id.internal:8443'] }),
      'without a port',
    ],
    ['login() at no URL', () => oauth(LOGIN).login('mcp.example'), 'takes the URL of a server'],
    [
      'login() with a misspelled option',
      () => loose(oauth(LOGIN).login)(RESOURCE, { scope: ['a'] }),
      "Did you mean 'scopes'?",
    ],
    [
      'login() with a text of scopes',
      () => loose(oauth(LOGIN).login)(RESOURCE, { scopes: 'a b' }),
      'must be an array of scopes',
    ],
    ['logout() at no URL', () => oauth(LOGIN).logout('mcp.example'), 'takes the URL of a server'],
    ['discover() at no URL', () => discover('mcp.example'), 'takes the URL of a server'],
    [
      'discover() with a misspelled option',
      () => loose(discover)(RESOURCE, { allowHost: ['a'] }),
      "Did you mean 'allowHosts'?",
    ],
    [
      'clientCredentials() without a secret',
      () => clientCredentials({ client: CLIENT }),
      'needs client_secret or privateKey',
    ],
    [
      'clientCredentials() with two scopes in one',
      () => clientCredentials({ client: { ...CLIENT, client_secret: 's' }, scopes: ['a b'] }),
      'each without spaces',
    ],
    [
      'jwtBearer() with an issuer that is no URL',
      () => jwtBearer({ issuer: 'id', client_id: 'c', assertion: () => '' }),
      'must be the URL of an authorization server',
    ],
    ['redisGuard() with a URL', () => loose(redisGuard)('redis://a', { secret: SECRET }), 'client'],
    [
      'redisGuard() without a client',
      () => loose(redisGuard)(undefined, { secret: SECRET }),
      'a client',
    ],
    ['redisRelay() with a URL', () => loose(redisRelay)('redis://a'), 'a client of the package'],
    [
      'redisRelay() with a misspelled option',
      () => loose(redisRelay)(REDIS, { chanel: 'a' }),
      "Did you mean 'channel'?",
    ],
    [
      'redisRelay() with an empty channel',
      () => loose(redisRelay)(REDIS, { channel: '' }),
      "'channel'",
    ],
    [
      'postgresStore() with an address of something else',
      () => postgresStore({ connectionString: 'mysql://u:pw@127.0.0.1/x' }),
      'must be the address of a database',
    ],
    [
      'defineStore() with a part that lacks a method',
      () => loose(defineStore)({ spill: { put() {}, get() {} }, transaction() {}, close() {} }),
      'must be an object with put, get, expire',
    ],
    [
      'runTasks() without a time',
      () => loose((all: never) => withTasks().runTasks(all))({}),
      "'for'",
    ],
    [
      'a worker that is closed with a time that no timer has',
      () => startWorker(withTasks()).close(Infinity),
      'must be a whole number of ms',
    ],
    ['otelClient(), which names itself', () => loose(otelClient)({ tracer: 1 }), 'of otelClient()'],
    [
      'McpServer with a name that is no text',
      () => new McpServer({ ...INFO, name: 7 as never }),
      'needs a name and a version',
    ],
    [
      'McpServer with a store for its guard',
      () => loose((all: never) => new McpServer(INFO, all))({ guard: memoryStore() }),
      "a store is under 'store'",
    ],
    [
      'McpServer with a guard for its store',
      () =>
        loose((all: never) => new McpServer(INFO, all))({
          store: redisGuard(REDIS as never, { secret: SECRET }),
          state: { keys: ['A'.repeat(43)] },
        }),
      'must be a store',
    ],
    [
      'McpServer with a store that was not awaited',
      () =>
        loose((all: never) => new McpServer(INFO, all))({ store: Promise.resolve(memoryStore()) }),
      'not a promise of one: await it',
    ],
    [
      'McpServer with a time that no timer has',
      () => new McpServer(INFO, { limits: { orderGrace: 2 ** 31 } }),
      "'limits.orderGrace'",
    ],
    [
      'client.start() with a method that does not ask',
      () =>
        loose((method: never) => new Client(RESOURCE, INFO).start(method, {} as never))(
          'tools/list',
        ),
      'A flow begins with one of: tools/call, prompts/get, resources/read',
    ],
  ])('%s', async (_what, work, words) => {
    expect(await message(work)).toContain(words);
  });
});
