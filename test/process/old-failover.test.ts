/** Old clients whose instances are killed, in processes of their own that share only a key. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'sdk-1.32/client/index.js';
import { StreamableHTTPClientTransport } from 'sdk-1.32/client/streamableHttp.js';
import { ElicitRequestSchema } from 'sdk-1.32/types.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster, balance } from '../support/cluster.ts';
import type { Message } from '../support/messages.ts';
import { OldClient, type OldResponse, isQuestion } from '../support/old-client.ts';

/** How many calls are made while their instance is killed. More with RONDO_FAILOVER_RUNS. */
const RUNS = Number(process.env['RONDO_FAILOVER_RUNS'] ?? 4);

let folder: string;
let file: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rondo-failover-'));
  file = join(folder, 'steps');
  writeFileSync(file, '');
});

afterAll(() => rmSync(folder, { recursive: true }));

function startCluster(): Promise<Cluster> {
  return new Cluster('test/programs/old-failover.ts', [file]).start();
}

/** The steps of a run, as they were done by whatever instance. */
function stepsOf(run: string): Record<string, string[]> {
  const lines = readFileSync(file, 'utf8').split('\n');
  const own = lines.map((line) => line.split(' ')).filter(([of]) => of === run);
  const keysOf = (step: string): string[] =>
    own.filter(([, name]) => name === step).map(([, , idempotencyKey]) => idempotencyKey!);
  return { plan: keysOf('plan'), release: keysOf('release') };
}

function random(upTo: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * upTo));
}

function yesTo({ params }: Message): Record<string, unknown> {
  const { properties } = params!['requestedSchema'] as { properties: object };
  return { action: 'accept', content: { [Object.keys(properties)[0]!]: true } };
}

/** A client that comes back as soon as its connection is gone, and answers what it is asked. */
class Returning {
  readonly client: OldClient;
  readonly responses: OldResponse[] = [];
  readonly #cluster: Cluster;
  readonly #answered = new Set<unknown>();

  constructor(client: OldClient, cluster: Cluster) {
    this.client = client;
    this.#cluster = cluster;
  }

  get messages(): Message[] {
    return this.responses.flatMap(({ messages }) => messages);
  }

  get reply(): Message | undefined {
    return this.messages.find(({ result }) => result !== undefined);
  }

  async call(run: string): Promise<void> {
    const params = { name: 'deploy', arguments: { run } };
    this.responses.push(await this.client.request('tools/call', params));
  }

  /** Resolves once there is a question without an answer, or the reply. */
  async question(): Promise<Message | undefined> {
    for (;;) {
      if (this.reply !== undefined) return undefined;
      const open = this.messages.find((each) => isQuestion(each) && !this.#answered.has(each.id));
      if (open !== undefined) return open;
      await this.#more();
    }
  }

  async answer(question: Message): Promise<void> {
    while (!(await this.answerOnce(question)));
  }

  /** Resolves with whether the answer was accepted. */
  async answerOnce(question: Message): Promise<boolean> {
    this.#answered.add(question.id);
    this.client.url = this.#cluster.url;
    const taken = await this.client.answer(question, yesTo(question)).catch(() => undefined);
    return taken?.status === 202;
  }

  async #more(): Promise<void> {
    const current = this.responses.at(-1)!;
    const before = current.raw.length;
    await new Promise((resolve) => setTimeout(resolve, 2));
    if (!current.isEnded || current.raw.length !== before || this.reply !== undefined) return;
    const ids = this.responses.flatMap(({ events }) => events.flatMap(({ id }) => id ?? []));
    this.client.url = this.#cluster.url;
    const back = await this.client.get({ 'last-event-id': ids.at(-1)! }).catch(() => undefined);
    if (back !== undefined) this.responses.push(back);
  }
}

describe('an old client whose instance is killed', () => {
  it(`L14 ends its call, ${RUNS} times, killed at any moment and every third time twice`, async () => {
    const cluster = await startCluster();
    try {
      const client = await OldClient.connect(cluster.url, { capabilities: { elicitation: {} } });
      for (let i = 0; i < RUNS; i++) {
        client.url = cluster.url;
        const run = `run-${i}`;
        const returning = new Returning(client, cluster);
        await returning.call(run);
        const question = (await returning.question())!;
        const killing = (async () => {
          await random(20);
          await cluster.kill();
          if (i % 3 === 0) await cluster.kill();
        })();
        await random(20);
        await returning.answer(question);
        for (;;) {
          const next = await returning.question();
          if (next === undefined) break;
          await returning.answer(next);
        }
        await killing;
        const { content } = returning.reply!.result as { content: [{ text: string }] };
        expect(content[0].text).toBe('412 true true');
        const { plan, release } = stepsOf(run);
        expect(plan).toHaveLength(1);
        expect(new Set(release).size).toBe(1);
        expect(returning.messages.filter(isQuestion)).toHaveLength(2);
      }
    } finally {
      await cluster.stop();
    }
  });

  it('L14 ends its call though its instance dies in the step that the answer allows, before it has accepted it', async () => {
    const cluster = await startCluster();
    try {
      const client = await OldClient.connect(cluster.url, { capabilities: { elicitation: {} } });
      const returning = new Returning(client, cluster);
      await returning.call('dies-once');
      expect(await returning.answerOnce((await returning.question())!)).toBe(false);
      await cluster.kill();
      await returning.answer((await returning.question())!);
      expect(await returning.question()).toBeUndefined();
      const { content } = returning.reply!.result as { content: [{ text: string }] };
      expect(content[0].text).toBe('412 true true');
      const { release } = stepsOf('dies-once');
      expect(release).toHaveLength(2);
      expect(new Set(release).size).toBe(1);
      expect(returning.messages.filter(isQuestion)).toHaveLength(2);
    } finally {
      await cluster.stop();
    }
  });

  it('L14 ends the call of an official client that knows nothing of it, its step run once and its user asked once', async () => {
    await expectOfficialCall('official', (cluster) => cluster.kill());
  });

  it('L13 L14 ends the call of an official client when the only instance is away for three seconds', async () => {
    await expectOfficialCall('outage', (cluster) => cluster.interrupt(3_000));
  });
});

/** Makes a call while, at its first question, something happens to the instance. */
async function expectOfficialCall(
  run: string,
  happens: (cluster: Cluster) => Promise<void>,
): Promise<void> {
  const cluster = await startCluster();
  const balancer = await balance(cluster);
  const client = new Client(
    { name: 'official', version: '1' },
    { capabilities: { elicitation: {} } },
  );
  const asked: string[] = [];
  client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
    asked.push(params.message);
    if (asked.length === 1) await happens(cluster);
    return yesTo({ params } as never) as never;
  });
  try {
    const { port } = balancer.address() as AddressInfo;
    await client.connect(
      new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${port}/mcp`)) as never,
    );
    const { content } = await client.callTool({ name: 'deploy', arguments: { run } });
    expect(content).toEqual([{ type: 'text', text: '412 true true' }]);
    expect(asked).toEqual(['Deploy 412?', 'Announce it?']);
    expect(stepsOf(run)).toEqual({ plan: [expect.any(String)], release: [expect.any(String)] });
  } finally {
    await client.close();
    balancer.close();
    balancer.closeAllConnections();
    await cluster.stop();
  }
}
