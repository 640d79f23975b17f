/** Changes that reach the clients of other instances. */
import { afterEach, describe, expect, it } from 'vitest';
import { McpServer, type Relay, type ServerOptions } from 'mcp-rondo';
import { Client } from '../../src/client/client.ts';
import { KeyRing, generateKey } from '../../src/state/key-ring.ts';
import { Sealer } from '../../src/state/sealer.ts';
import { silent, warningsTo } from '../support/logger.ts';
import { TEST_KEY } from '../support/each-wire.ts';
import { turns } from '../support/until.ts';

/** A topic that all instances of a test hear, their own texts too. */
class Topic implements Relay {
  readonly texts: string[] = [];
  readonly listeners = new Set<(text: string) => void>();
  publish(text: string): void {
    this.texts.push(text);
    for (const listener of this.listeners) listener(text);
  }
  subscribe(onText: (text: string) => void): () => void {
    this.listeners.add(onText);
    return () => this.listeners.delete(onText);
  }
}

const closers: (() => unknown)[] = [];

afterEach(() => Promise.all(closers.splice(0).map((close) => close())));

function instance(relay: Relay | undefined, options: ServerOptions = {}): McpServer {
  const server = new McpServer(
    { name: 's', version: '1' },
    { logger: silent, state: { keys: [TEST_KEY] }, ...(relay && { relay }), ...options },
  );
  server.registerTool('t', {}, () => 'x');
  server.registerPrompt('p', {}, () => 'x');
  server.registerResource('r', 'a://b', {}, () => 'x');
  server.registerResource('private', 'a://c', { visible: () => false }, () => 'x');
  closers.push(() => server.close());
  return server;
}

/** What a client of an instance is notified of, from now on. */
async function listening(server: McpServer): Promise<unknown[]> {
  const client = new Client(server, { name: 'c', version: '1' });
  const subscription = await client.listen({
    toolsListChanged: true,
    promptsListChanged: true,
    resourcesListChanged: true,
    resourceSubscriptions: ['a://b', 'a://c'],
  });
  const seen: unknown[] = [];
  void (async () => {
    for await (const change of subscription) seen.push(change);
  })();
  return seen;
}

const TOOLS = { type: 'toolsListChanged' };

describe('a relay', () => {
  it('SU-5 carries changes of lists and resources to the clients of all instances, once', async () => {
    const topic = new Topic();
    const [a, b] = [instance(topic), instance(topic)];
    const [ofA, ofB] = [await listening(a), await listening(b)];
    expect(topic.texts).toEqual([]);
    b.registerTool('new', {}, () => 'x').disable();
    await turns();
    expect([ofA, ofB]).toEqual([[TOOLS], [TOOLS]]);
    b.sendPromptListChanged();
    b.sendResourceListChanged();
    b.sendResourceUpdated({ uri: 'a://b' });
    b.sendResourceUpdated({ uri: 'a://other' });
    await turns();
    const rest = ofA.slice(1);
    expect(rest).toHaveLength(3);
    expect(rest).toEqual(
      expect.arrayContaining([
        { type: 'promptsListChanged' },
        { type: 'resourcesListChanged' },
        { type: 'resourceUpdated', uri: 'a://b' },
      ]),
    );
    expect(ofB).toEqual(expect.arrayContaining(ofA));
    expect(topic.texts).toHaveLength(5);
  });

  it('AU-5 SU-2 notifies nobody of what they may not read', async () => {
    const topic = new Topic();
    const [a, b] = [instance(topic), instance(topic)];
    const seen = await listening(a);
    b.sendResourceUpdated({ uri: 'a://c' });
    await turns();
    expect(seen).toEqual([]);
    expect(topic.texts).toHaveLength(1);
  });

  it('S1 seals what it carries, for this audience and purpose only', async () => {
    const topic = new Topic();
    const warnings: string[] = [];
    const a = instance(topic, { logger: warningsTo(warnings) });
    const seen = await listening(a);
    instance(topic).sendResourceUpdated({ uri: 'a://b' });
    await turns();
    const [text] = topic.texts;
    expect(seen).toHaveLength(1);
    for (const part of ['a://b', 'resource']) {
      expect(Buffer.from(text!, 'base64url').toString('latin1')).not.toContain(part);
    }
    instance(topic, { state: { keys: [generateKey()] } }).sendToolListChanged();
    instance(topic, { audience: 'other' }).sendToolListChanged();
    const forged = JSON.stringify(['x', 'list', 'tools']);
    const ring = new KeyRing([TEST_KEY]);
    topic.publish(forged);
    topic.publish(new Sealer(ring, 'state').seal(forged, 's'));
    topic.publish('x'.repeat(1_000_000));
    topic.publish(undefined as never);
    topic.publish(text!.slice(0, -2));
    for (const odd of ['null', '[]', '["x"]', '["x","list","toString"]', '["x","y",1]', '{']) {
      topic.publish(new Sealer(ring, 'relay').seal(odd, 's'));
    }
    await turns();
    expect(seen).toHaveLength(1);
    expect(warnings).toEqual([expect.stringContaining('the same state keys')]);
  });

  it('opens what was sealed before a change of keys', async () => {
    const topic = new Topic();
    const old = generateKey();
    const seen = await listening(instance(topic, { state: { keys: [TEST_KEY, old] } }));
    instance(topic, { state: { keys: [old, TEST_KEY] } }).sendToolListChanged();
    await turns();
    expect(seen).toEqual([TOOLS]);
  });

  it('is told nothing of what is registered while an instance starts', async () => {
    const topic = new Topic();
    const seen = await listening(instance(topic));
    const starting = instance(topic);
    await turns();
    expect([seen, topic.texts]).toEqual([[], []]);
    starting.registerTool('later', {}, () => 'x');
    await turns();
    expect(seen).toEqual([TOOLS]);
    instance(topic).sendToolListChanged();
    await turns();
    expect(seen).toEqual([TOOLS, TOOLS]);
  });

  it('is listened to only while somebody listens here', async () => {
    const topic = new Topic();
    const a = instance(topic);
    const clients = [1, 2].map(() => new Client(a, { name: 'c', version: '1' }));
    expect(topic.listeners.size).toBe(0);
    for (const client of clients) await client.listen({ toolsListChanged: true });
    expect(topic.listeners.size).toBe(1);
    await clients[0]!.close();
    await turns();
    expect(topic.listeners.size).toBe(1);
    await clients[1]!.close();
    await turns();
    expect(topic.listeners.size).toBe(0);
    const seen = await listening(a);
    instance(topic).sendToolListChanged();
    await turns();
    expect(seen).toEqual([TOOLS]);
    a.close();
    await turns();
    expect(topic.listeners.size).toBe(0);
  });

  it('may be asynchronous, and ended before it has begun', async () => {
    const topic = new Topic();
    let begin!: () => void;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const slow: Relay = {
      publish: async (text) => topic.publish(text),
      async subscribe(onText) {
        await begun;
        return topic.subscribe(onText);
      },
    };
    const a = instance(slow);
    await listening(a);
    a.close();
    await turns();
    const seen = await listening(a);
    begin();
    await turns();
    expect(topic.listeners.size).toBe(1);
    instance(slow).sendToolListChanged();
    await turns();
    expect(seen).toEqual([TOOLS]);
  });

  it('that fails is logged, and fails nobody', async () => {
    const fails = (): never => {
      throw new Error('no connection');
    };
    const rejects = (): Promise<never> => Promise.reject(new Error('no connection'));
    const bad = [
      { publish: fails, subscribe: fails },
      { publish: rejects, subscribe: rejects },
      { publish: rejects, subscribe: () => fails },
      { publish: rejects, subscribe: () => rejects },
      { publish: rejects, subscribe: () => undefined as never },
    ];
    for (const relay of bad) {
      const warnings: string[] = [];
      const server = instance(relay, { logger: warningsTo(warnings) });
      const seen = await listening(server);
      for (let i = 0; i < 3; i++) {
        server.sendToolListChanged();
        await turns();
      }
      expect(seen).toEqual([TOOLS, TOOLS, TOOLS]);
      server.close();
      await turns();
      expect(warnings).toHaveLength(2);
      for (const line of warnings) expect(line).toMatch(/^The relay failed at \w+: /);
    }
  });

  it('S5 and unprotected state are refused together', () => {
    const state = { protection: 'unsafe-plaintext' } as const;
    expect(() => instance(new Topic(), { state })).toThrow('relay needs protected state');
  });
});

describe('a server that nobody can listen to', () => {
  it('EN-6 VM-7 advertises no changes, and has no subscriptions/listen', async () => {
    const topic = new Topic();
    const quiet = instance(topic, { limits: { listenStreams: 0 } });
    const client = new Client(quiet, { name: 'c', version: '1' });
    const { capabilities } = await client.discover();
    expect(capabilities).toEqual({ logging: {}, tools: {}, prompts: {}, resources: {} });
    await expect(client.listen({ toolsListChanged: true })).rejects.toMatchObject({
      code: -32601,
    });
    const seen = await listening(instance(topic));
    quiet.sendToolListChanged();
    await turns();
    expect(seen).toEqual([TOOLS]);
  });
});
