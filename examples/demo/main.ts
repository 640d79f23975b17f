/** `npm run demo`: one call, several rounds, two processes, one of them killed on the way. */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Client } from 'mcp-rondo/client';
import { Cluster } from './cluster.ts';
import { heading, line, say } from './narrator.ts';
import { closeTerminal, fromScript, fromTerminal } from './person.ts';

const USAGE = `usage: npm run demo [-- --script]

Starts two server processes that share only a key, and makes one tool call that
asks several questions on its way. Every round goes to the other process, and
one of them is killed for good in the middle.

  --script   answer from a script, also in a terminal
  --help     this text`;

const { values } = parseArgs({
  options: { script: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
});

if (values.help) console.log(USAGE);
else await main(values.script === true || !process.stdin.isTTY);

async function main(scripted: boolean): Promise<void> {
  const stepsRun: Record<string, number> = {};
  const onStep = (step: string, name: string): void => {
    stepsRun[step] = (stepsRun[step] ?? 0) + 1;
    line('·', `${name} does the work of step "${step}"`);
  };
  const cluster = await Cluster.start(['A', 'B'], randomBytes(32).toString('base64url'), onStep);
  try {
    introduce(cluster, scripted);
    const client = new Client('http://load-balancer.invalid/mcp', {
      name: 'demo',
      version: '1.0.0',
      onElicit: scripted ? fromScript : fromTerminal,
      http: { fetch: balancingFetch(cluster) },
    });
    const result = await client.callTool('release', { env: 'prod' });
    conclude(result.content[0]?.type === 'text' ? result.content[0].text : '', stepsRun);
  } finally {
    closeTerminal();
    cluster.stop();
  }
}

function introduce(cluster: Cluster, scripted: boolean): void {
  say(
    'A tool call that asks questions in the middle used to be tied to the process that took it: ' +
      'the process held the call in memory until the answers came. Under MRTR (Multi Round-Trip ' +
      'Requests) the server answers "ask the user this, then call me again", and seals everything it ' +
      'knows into the reply. Any process with the key can go on from there.',
  );
  heading('Two servers, which share nothing but a key');
  line('·', cluster.describe());
  if (scripted) line('·', 'no terminal, or --script: the answers come from a script');
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

function conclude(text: string, stepsRun: Record<string, number>): void {
  heading('The result');
  say(`  ${text}`);
  heading('What happened');
  for (const [step, times] of Object.entries(stepsRun)) {
    line('·', `step "${step}" ran ${times === 1 ? 'once' : `${times} times`}, in one process`);
  }
  line(
    '·',
    'the servers kept nothing between rounds; the function that asked is 20 straight lines:',
  );
  say('    examples/demo/server.ts');
}
