/** An official client at two instances, with Redis between them: what it sends reaches the other one. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Serving, serve } from '../../../src/http/node/serve.ts';
import { McpServer } from '../../../src/index.ts';
import { redisRelay } from '../../../src/redis/index.ts';
import { generateKey } from '../../../src/state/key-ring.ts';
import { warningsTo } from '../../support/logger.ts';
import { Balanced } from '../../support/old-clients/balanced.ts';
import { FirstSdkPeer } from '../../support/old-clients/first-sdk-peer.ts';
import { textOf } from '../../support/old-clients/peer.ts';
import { loadSdk } from '../../support/old-clients/sdks.ts';
import { RedisRelayClient } from '../../support/redis/redis-relay-client.ts';
import { RedisServer, hasRedis } from '../../support/redis/redis-server.ts';
import { until } from '../../support/until.ts';

if (!hasRedis) console.warn('Not run, for want of Redis (apt-get install redis-server): its relay');

describe.runIf(hasRedis)('an official client at two instances with a relay over Redis', () => {
  const key = generateKey();
  let redis: RedisServer;
  let open: { server: McpServer; serving: Serving; client: RedisRelayClient }[] = [];
  let peers: FirstSdkPeer[] = [];
  let done: string[] = [];
  let warnings: string[] = [];

  beforeAll(async () => void (redis = await RedisServer.start()));
  afterAll(() => redis.remove());
  beforeEach(() => void ([done, warnings] = [[], []]));
  afterEach(async () => {
    await Promise.all(peers.map((peer) => peer.close()));
    await Promise.all(open.flatMap(({ serving, server }) => [serving.close(), server.close()]));
    open.forEach(({ client }) => client.close());
    [open, peers] = [[], []];
  });

  /** An instance that says by its name where a step ran. */
  async function instance(name: string, askTimeout?: number): Promise<string> {
    const client = new RedisRelayClient(redis.port);
    const server = new McpServer(
      { name: 's', version: '1' },
      {
        state: { keys: [key] },
        relay: redisRelay(client),
        logger: warningsTo(warnings),
        ...(askTimeout !== undefined && { legacy: { askTimeout } }),
      },
    );
    server.registerTool('deploy', {}, async (ctx) => {
      ctx.progress(1);
      const go = await ctx.confirm('go', 'Go?');
      await ctx.step('release', () => void done.push(name));
      ctx.progress(2);
      return `${go} at ${name}`;
    });
    server.registerTool('wait', {}, async (ctx) => {
      ctx.signal.addEventListener('abort', () => done.push(`cancelled at ${name}`));
      ctx.progress(1);
      await new Promise<void>(() => {});
    });
    server.registerTool('change', {}, () => server.sendToolListChanged());
    server.registerTool('plain', {}, () => name);
    const serving = await serve(server, { port: 0, signals: false, grace: 100 });
    open.push({ server, serving, client });
    return serving.url;
  }

  /** A client whose calls go to the first instance, and all else to the second. */
  async function connected(askTimeout?: number): Promise<[FirstSdkPeer, Balanced]> {
    const [one, two] = [await instance('one', askTimeout), await instance('two', askTimeout)];
    const balanced = new Balanced({ requests: one, answers: two, changes: two, resumes: two });
    const sdk = await loadSdk('1.32.2');
    const { fetch } = balanced;
    const transport = new sdk.StreamableHTTPClientTransport(new URL(one), { fetch });
    const peer = await new FirstSdkPeer(sdk).connect(transport as never);
    peers.push(peer);
    peer.answers = { form: yes };
    return [peer, balanced];
  }

  /** An instance listens to others from the first request of a session on. */
  async function listening(): Promise<void> {
    for (const peer of peers) await peer.callTool('plain');
    await until(() => open.every(({ client }) => client.listens));
  }

  it('L9 its answer reaches the instance that asked, and progress goes on from there', async () => {
    const [peer] = await connected();
    const progress: number[] = [];
    const onprogress = (each: { progress: number }): unknown => progress.push(each.progress);
    expect(await textOf(peer.callTool('deploy', {}, { onprogress }))).toBe('true at one');
    expect(done).toEqual(['one']);
    expect(progress).toEqual([1, 2]);
  });

  it('L15 its GET stream hears what has changed at the other instance', async () => {
    const [peer] = await connected();
    await listening();
    const hasHeard = (): boolean =>
      peer.notifications.some(({ method }) => method === 'notifications/tools/list_changed');
    while (!hasHeard()) await peer.callTool('change');
    expect(await textOf(peer.callTool('plain'))).toBe('one');
  });

  it('L12 it cancels a call that runs at the other instance', async () => {
    const [peer] = await connected();
    await listening();
    const controller = new AbortController();
    const onprogress = (): void => controller.abort();
    const call = peer.callTool('wait', {}, { signal: controller.signal, onprogress });
    await expect(call).rejects.toThrow();
    await until(() => done.length > 0);
    expect(done).toEqual(['cancelled at one']);
  });

  it('L13 L14 its call goes on at the other instance with the answer, its step run once', async () => {
    const [peer, balanced] = await connected();
    await listening();
    balanced.targets.answers = balanced.targets.requests;
    peer.answers = {
      form: (params) => {
        balanced.cut();
        return yes(params);
      },
    };
    const { asked } = peer;
    expect(await textOf(peer.callTool('deploy'))).toBe('true at two');
    expect(done).toEqual(['two']);
    expect(asked).toHaveLength(1);
  });

  it('L9 a restart of Redis while its user thinks loses nothing that comes afterwards', async () => {
    const [peer] = await connected();
    await listening();
    peer.answers = {
      form: async (params) => {
        await redis.kill();
        await until(() => open.every(({ client }) => !client.listens));
        await redis.run();
        await listening();
        return yes(params);
      },
    };
    expect(await textOf(peer.callTool('deploy'))).toBe('true at one');
    expect(await textOf(peer.callTool('deploy'))).toBe('true at one');
    expect(done).toEqual(['one', 'one']);
  });

  it('L9 L10 while Redis is down all else goes on: a lost answer is a failure that says so, and one line in the log', async () => {
    const [peer, { targets }] = await connected(1_000);
    await redis.kill();
    try {
      for (let i = 0; i < 2; i++) {
        const { isError, content } = await peer.callTool('deploy');
        expect(isError).toBe(true);
        expect(content[0]!.text).toContain('Nobody answered');
      }
      expect(await textOf(peer.callTool('plain'))).toBe('one');
      targets.answers = targets.requests;
      expect(await textOf(peer.callTool('deploy'))).toBe('true at one');
      expect(
        warnings.filter((line) => line.includes('The relay failed at publishing')),
      ).toHaveLength(1);
    } finally {
      await redis.run();
    }
    targets.answers = targets.changes;
    await listening();
    expect(await textOf(peer.callTool('deploy'))).toBe('true at one');
  });

  it('L9 instances that began while Redis was down hear each other once it is there', async () => {
    await redis.kill();
    const [peer] = await connected();
    expect(await textOf(peer.callTool('plain'))).toBe('one');
    await redis.run();
    await listening();
    expect(await textOf(peer.callTool('deploy'))).toBe('true at one');
  });
});

function yes({ requestedSchema }: Record<string, unknown>): Record<string, unknown> {
  const { properties } = requestedSchema as { properties: object };
  return { action: 'accept', content: { [Object.keys(properties)[0]!]: true } };
}
