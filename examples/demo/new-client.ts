/** The first act: a client of this revision, whose every round goes to the other process. */
import { Client } from 'mcp-rondo/client';
import type { Cluster } from './cluster.ts';
import { heading, line, say } from './narrator.ts';
import { fromScript, fromTerminal } from './person.ts';

/** @returns what the tool says in the end */
export async function newClient(cluster: Cluster, scripted: boolean): Promise<string> {
  const client = new Client('http://load-balancer.invalid/mcp', {
    name: 'demo',
    version: '1.0.0',
    // It knows that the server is not an older one, and does not ask.
    legacy: 'never',
    onElicit: scripted ? fromScript : fromTerminal,
    http: { fetch: balancingFetch(cluster) },
  });
  const { content } = await client.callTool('release', { env: 'prod' });
  return content[0]?.type === 'text' ? content[0].text : '';
}

/** Sends every round to the other server, tells what happens, and kills A after the second. */
function balancingFetch(cluster: Cluster): typeof fetch {
  let round = 0;
  return async (_url, init) => {
    const server = cluster.next();
    const sent = JSON.parse(String(init!.body)) as Sent;
    heading(`Round ${++round}, served by ${server.name}`);
    line('→', describeRequest(sent));
    const response = await fetch(server.url, init);
    const { result } = (await response.clone().json()) as Received;
    // What a process has told us about its steps comes over another channel.
    await new Promise((resolve) => setTimeout(resolve, 20));
    line('←', describeResult(result));
    if (round === 2) await killA(cluster);
    return response;
  };
}

async function killA(cluster: Cluster): Promise<void> {
  await cluster.kill('A');
  say();
  line('✗', 'A is killed, for good. It had done the work of the first round; nothing is lost.');
}

interface Sent {
  readonly params: {
    readonly name: string;
    readonly arguments: unknown;
    readonly inputResponses?: Record<string, { action: string }>;
    readonly requestState?: string;
  };
}

interface Received {
  readonly result?: {
    readonly inputRequests?: Record<string, unknown>;
    readonly requestState?: string;
    readonly content?: unknown;
  };
}

function describeRequest({ params }: Sent): string {
  const call = `${params.name} ${JSON.stringify(params.arguments)}`;
  const { inputResponses = {}, requestState } = params;
  if (requestState === undefined) return `the call: ${call}`;
  const answers = Object.entries(inputResponses).map(([key, { action }]) => `${key}: ${action}`);
  return `the same call again, with the answers (${answers.join(', ')}) and the sealed state`;
}

function describeResult(result: Received['result']): string {
  if (result?.inputRequests === undefined) return 'the result';
  const keys = Object.keys(result.inputRequests);
  const size = result.requestState?.length ?? 0;
  const questions = keys.length === 1 ? 'one question' : `${keys.length} questions at once`;
  return `${questions} (${keys.join(', ')}) and ${size} characters of sealed state`;
}
