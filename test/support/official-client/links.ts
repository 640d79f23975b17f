/** Ways from the official client to the server under test. */
import {
  type ClientOptions,
  type FetchLike,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { serve } from '../../../src/http/node/serve.ts';
import { type ServerOptions, generateKey } from '../../../src/index.ts';
import { interopServer } from '../../programs/interop/server.ts';
import { built } from '../program.ts';
import { Peer } from './peer.ts';

/** A server, and how to reach it. */
export interface Link {
  connect(options?: ClientOptions): Promise<Peer>;
  close(): Promise<void>;
}

/** One POST, as the server got and answered it. */
export interface Post {
  readonly headers: Headers;
  readonly status: number;
  readonly type: string | null;
}

/** A link of which every POST is recorded. */
export interface HttpLink extends Link {
  /** @param via what sends requests instead of the platform's own fetch */
  connect(options?: ClientOptions, via?: FetchLike): Promise<Peer>;
  readonly url: string;
  readonly posts: Post[];
}

export async function httpLink(options: ServerOptions = {}): Promise<HttpLink> {
  const server = interopServer({ state: { keys: [generateKey()] }, ...options });
  const serving = await serve(server, { port: 0, signals: false, grace: 1_000 });
  const posts: Post[] = [];
  return {
    url: serving.url,
    posts,
    connect: (client = {}, via = fetch) => {
      const transport = new StreamableHTTPClientTransport(new URL(serving.url), {
        fetch: recording(via, posts),
      });
      return Peer.connect(transport, client);
    },
    close: () => serving.close(),
  };
}

/** No network at all: the web handler, called as a platform would call it. */
export function fetchLink(): Link {
  const server = interopServer({ state: { keys: [generateKey()] } });
  const fetch: FetchLike = (url, init) => server.fetch(new Request(url, init));
  const url = new URL('http://localhost/mcp');
  return {
    connect: (client = {}) =>
      Peer.connect(new StreamableHTTPClientTransport(url, { fetch }), client),
    close: async () => server.close(),
  };
}

/** Every connection is a process of its own; what they share are the keys. */
export function stdioLink(): Link {
  const env = { RONDO_STATE_KEYS: generateKey() };
  const peers: Peer[] = [];
  return {
    async connect(client = {}) {
      const peer = await Peer.connect(new StdioClientTransport(childProcess(env)), client);
      peers.push(peer);
      return peer;
    },
    async close() {
      await Promise.all(peers.map((peer) => peer.client.close()));
    },
  };
}

/** What a balancer without sticky sessions does: each request goes to the next of `urls`. */
export function roundRobin(urls: readonly string[]): FetchLike {
  let next = 0;
  return (_url, init) => fetch(urls[next++ % urls.length]!, init);
}

function recording(via: FetchLike, posts: Post[]): FetchLike {
  return async (url, init) => {
    const response = await via(url, init);
    const { status, headers } = response;
    posts.push({ headers: new Headers(init?.headers), status, type: headers.get('content-type') });
    return response;
  };
}

function childProcess(
  env: Record<string, string>,
): ConstructorParameters<typeof StdioClientTransport>[0] {
  return { command: process.execPath, args: [built('test/programs/interop/stdio.ts')], env };
}
