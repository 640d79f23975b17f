/** The official client and the demo's two processes: every round goes to the other. */
import { randomBytes } from 'node:crypto';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterEach, expect, it } from 'vitest';
import type { Cluster } from '../../../examples/demo/cluster.ts';
import { built } from '../../support/program.ts';
import { ALL_CAPABILITIES, Peer } from '../../support/official-client/peer.ts';

type DemoModule = typeof import('../../../examples/demo/cluster.ts');

let cluster: Cluster | undefined;
afterEach(() => cluster?.stop());

const ANSWERS: Record<string, Record<string, string | boolean>> = {
  'Release build 412 to prod?': { reason: 'it is time', when: 'now' },
  'Run the 3 database migrations first?': { confirm: true },
  'Last call: build 412 goes out now.': { confirm: true },
};

it('MC-3 MC-5 end a flow of four rounds, although one of the two is killed', async () => {
  const demo = (await import(built('examples/demo/cluster.ts'))) as DemoModule;
  const steps: string[] = [];
  const keys = randomBytes(32).toString('base64url');
  cluster = await demo.Cluster.start(['A', 'B'], keys, (step) => steps.push(step));
  const fetch = async (_url: unknown, init?: RequestInit): Promise<Response> =>
    globalThis.fetch(cluster!.next().url, init);
  const url = new URL('http://load-balancer.invalid/mcp');
  const transport = new StreamableHTTPClientTransport(url, { fetch });
  const peer = await Peer.connect(transport, { capabilities: ALL_CAPABILITIES });
  peer.answers = {
    form({ message }) {
      const content = ANSWERS[message];
      if (message.startsWith('Run the')) void cluster!.kill('A');
      return content === undefined ? { action: 'decline' } : { action: 'accept', content };
    },
  };
  expect(await peer.call('release', { env: 'prod' })).toBe(
    'Released build 412 to prod now, because: it is time. Migrations run, customers not told.',
  );
  expect(peer.asked).toHaveLength(4);
  // What a process tells of its steps comes over another channel.
  await expect.poll(() => steps).toEqual(['plan', 'release']);
  await peer.client.close();
});
