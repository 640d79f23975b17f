/**
 * The second act: the official client of the revision before. Its requests go to one process, until
 * that is killed with a question open.
 */
import { Client } from 'sdk-1.32/client/index.js';
import { StreamableHTTPClientTransport } from 'sdk-1.32/client/streamableHttp.js';
import { ElicitRequestSchema } from 'sdk-1.32/types.js';
import type { FormQuestion } from 'mcp-rondo/client';
import type { Cluster } from './cluster.ts';
import { heading, line } from './narrator.ts';
import { scripted } from './person.ts';

/** @returns what the tool says in the end */
export async function oldClient(cluster: Cluster): Promise<string> {
  const client = new Client({ name: 'demo', version: '1' }, { capabilities: { elicitation: {} } });
  client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
    if (params.message.startsWith('Run the')) await killC(cluster);
    return { ...scripted(params as FormQuestion) };
  });
  const transport = new StreamableHTTPClientTransport(new URL('http://load-balancer.invalid/mcp'), {
    fetch: hashingFetch(cluster),
  });
  await client.connect(transport);
  const result = await client.callTool({ name: 'release', arguments: { env: 'prod' } });
  await client.close();
  const [block] = result.content as { text?: string }[];
  return block?.text ?? '';
}

/** What a balancer does that hashes on the session: the same server as long as it is there. */
function hashingFetch(cluster: Cluster): typeof fetch {
  return async (_url, init) => {
    const server = cluster.first();
    describeRequest(new Headers(init?.headers), String(init?.body ?? ''), server.name);
    return fetch(server.url, init);
  };
}

async function killC(cluster: Cluster): Promise<void> {
  await cluster.kill('C');
  line('✗', 'C is killed, for good, while its question is open. The stream of the call breaks.');
}

/** Calls, answers, and coming back; the rest is the client's own business. */
function describeRequest(headers: Headers, body: string, name: string): void {
  const cursor = headers.get('last-event-id');
  if (cursor !== null) {
    heading(`The client comes back, to ${name}`);
    return line('→', `GET, after the event of the question (an id of ${cursor.length} characters)`);
  }
  const message = (body === '' ? {} : JSON.parse(body)) as { method?: string; result?: object };
  if (message.result !== undefined) return line('→', `an answer, to ${name}`);
  if (message.method !== 'tools/call') return;
  heading(`One call, to ${name}`);
  line('→', 'tools/call: release {"env":"prod"}');
}
