/** What every host has to do, seen from a client. */
import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { Client } from 'mcp-rondo/client';

export interface Check {
  readonly title: string;
  run(client: Client, url: string): Promise<void>;
}

/** How long something may take that must come, in ms. */
const SOON = 10_000;

const text = (result: { content: readonly unknown[] }): string =>
  (result.content[0] as { text: string }).text;

/** A client that says yes to everything. */
export function probeClient(url: string): Client {
  const onElicit = () => ({ action: 'accept', content: { confirm: true } }) as const;
  return new Client(url, { name: 'probe', version: '1.0.0', onElicit, timeout: SOON });
}

async function until(isSo: () => Promise<boolean> | boolean, what: string): Promise<void> {
  const end = Date.now() + SOON;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`${what} did not come`);
    await wait(20);
  }
}

export const CHECKS: readonly Check[] = [
  {
    title: 'list, call',
    async run(client) {
      const names = (await client.listTools()).map(({ name }) => name);
      assert.ok(names.includes('echo') && names.includes('flow'));
      assert.equal(text(await client.callTool('echo', { é: [1, null] })), '{"é":[1,null]}');
    },
  },
  {
    title: 'rounds',
    async run(client) {
      const { id, ...others } = JSON.parse(text(await client.callTool('flow'))) as { id: string };
      assert.match(id, /^[\da-f-]{36}$/);
      assert.deepEqual(others, { isRich: true, first: true, second: true });
    },
  },
  {
    title: 'progress',
    async run(client) {
      const seen: number[] = [];
      const call = client.callTool(
        'wait',
        {},
        { onProgress: ({ progress }) => seen.push(progress) },
      );
      // The first report arrives while the call runs.
      await until(() => seen.length === 1, 'progress');
      await client.callTool('release');
      assert.equal(text(await call), 'released');
      assert.deepEqual(seen, [1, 2]);
    },
  },
  {
    title: 'ask in a step',
    async run(client) {
      await assert.rejects(client.callTool('nested'), { code: -32_603 });
      assert.equal(text(await client.callTool('echo', {})), '{}');
    },
  },
  {
    title: 'disconnect',
    async run(client) {
      const leaving = new AbortController();
      const call = client.callTool('hang', {}, { signal: leaving.signal, onProgress: leave });
      function leave(): void {
        leaving.abort();
      }
      await assert.rejects(call);
      await until(
        async () => text(await client.callTool('has-aborted')) === 'true',
        'the end of an abandoned call',
      );
    },
  },
  {
    title: 'listen',
    async run(client) {
      const subscription = await client.listen({ toolsListChanged: true });
      const changes: unknown[] = [];
      const reading = (async () => {
        for await (const change of subscription) changes.push(change);
      })();
      await client.callTool('change');
      await until(() => changes.length > 0, 'a change of the list');
      subscription.close();
      await reading;
    },
  },
  {
    title: '5 MiB',
    async run(client, url) {
      const part = { x: 'x'.repeat(3 * 1024 * 1024) };
      assert.equal(text(await client.callTool('echo', part)).length, JSON.stringify(part).length);
      const body = `{"x":"${'x'.repeat(5 * 1024 * 1024)}"}`;
      assert.equal((await post(url, body)).status, 413);
      assert.equal(text(await client.callTool('echo', {})), '{}');
    },
  },
  {
    title: 'Origin',
    async run(_client, url) {
      assert.equal((await post(url, '{}', { origin: 'https://evil.example' })).status, 403);
    },
  },
];

function post(url: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  const all = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'tools/list',
    ...headers,
  };
  return fetch(url, { method: 'POST', body, headers: all });
}
