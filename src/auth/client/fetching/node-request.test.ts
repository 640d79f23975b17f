import dns from 'node:dns';
import { type Server, createServer } from 'node:http';
import * as http from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AuthorizationError } from '../failures/authorization-error.ts';
import { GuardedFetch } from './guarded-fetch.ts';
import { isNodeUsable, nodeRequest } from './node-request.ts';
import type { Vicinity } from './reach.ts';

/** Two machines: one that may be asked, and one that may not. Both listen at the same port. */
const ALLOWED = '127.0.0.2';
const FORBIDDEN = '127.0.0.1';

let servers: Server[];
let port: number;
/** The addresses that have been connected to. */
let connected: string[];

beforeEach(async () => {
  connected = [];
  const listen = (address: string, at: number): Promise<Server> =>
    new Promise((resolve) => {
      const server = createServer((_request, response) => response.end('{}'));
      server.on('connection', () => connected.push(address));
      server.listen(at, address, () => resolve(server));
    });
  const first = await listen(ALLOWED, 0);
  ({ port } = first.address() as { port: number });
  servers = [first, await listen(FORBIDDEN, port)];
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const server of servers) server.close().closeAllConnections();
});

/** What names resolve to, one answer after the other. */
function resolving(...answers: readonly (readonly string[])[]): { readonly asked: () => number } {
  let asked = 0;
  const lookup = (_host: string, _options: object, callback: (...found: unknown[]) => void) => {
    const addresses = answers[Math.min(asked++, answers.length - 1)]!;
    callback(
      null,
      addresses.map((address) => ({ address, family: 4 })),
    );
  };
  vi.spyOn(dns, 'lookup').mockImplementation(lookup as never);
  return { asked: () => asked };
}

function ask(): Promise<unknown> {
  const url = new URL(`http://rebinding.example:${port}/`);
  const signal = AbortSignal.timeout(60_000);
  const request = { url, method: 'GET', headers: {}, signal, maxBytes: 1_000 };
  return nodeRequest(request, (address) => address === ALLOWED);
}

describe('(A25) a name', () => {
  it('is looked up once for a connection, and that address is the one that is judged', async () => {
    const names = resolving([ALLOWED], [FORBIDDEN]);
    expect(await ask()).toMatchObject({ status: 200 });
    expect([names.asked(), connected]).toEqual([1, [ALLOWED]]);
    await expect(ask()).rejects.toThrow('inside a network');
    expect([names.asked(), connected]).toEqual([2, [ALLOWED]]);
  });

  it('of several addresses is connected to at those that are allowed', async () => {
    resolving([FORBIDDEN, ALLOWED, FORBIDDEN]);
    expect(await ask()).toMatchObject({ status: 200 });
    expect(connected).toEqual([ALLOWED]);
  });

  it.each<[Vicinity, string]>([
    ['public', '127.0.0.1'],
    ['public', '169.254.169.254'],
    ['public', '10.0.0.1'],
    ['public', '::ffff:127.0.0.1'],
    ['private', '127.0.0.1'],
    ['private', 'fe80::1'],
    ['loopback', '169.254.169.254'],
    ['loopback', '10.0.0.1'],
  ])('named by a %s server that resolves to %s is not asked', async (vicinity, address) => {
    resolving([address]);
    const fetch = new GuardedFetch({ vicinity, allowHosts: [] });
    const asked = fetch.json(`https://auth.example.com:${port}/`, 'a step');
    await expect(asked).rejects.toThrow(AuthorizationError);
    await expect(asked).rejects.toThrow('it is inside a network');
    expect(connected).toEqual([]);
  });
});

describe("Node's sockets", () => {
  afterEach(() => void vi.unstubAllEnvs());

  it('are not used where a proxy is: what it connects to cannot be seen', () => {
    vi.stubEnv('NODE_USE_ENV_PROXY', undefined);
    expect(isNodeUsable()).toBe(true);
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    expect(isNodeUsable()).toBe(false);
    vi.stubEnv('NODE_USE_ENV_PROXY', undefined);
    const { options } = http.globalAgent as unknown as { options: { proxyEnv?: object } };
    options.proxyEnv = { HTTP_PROXY: 'http://127.0.0.1:1' };
    expect(isNodeUsable()).toBe(false);
    delete options.proxyEnv;
  });
});
