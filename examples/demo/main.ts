/**
 * `npm run demo`: one call that asks several questions, two processes, one of them killed on the way.
 * First from a client of this revision, then from one that speaks 2025-11-25.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Cluster } from './cluster.ts';
import { heading, line, say } from './narrator.ts';
import { newClient } from './new-client.ts';
import { oldClient } from './old-client.ts';
import { closeTerminal } from './person.ts';

const USAGE = `usage: npm run demo [-- --script]

Starts two server processes that share only a key, and makes one tool call that
asks several questions on its way. Every round goes to the other process, and
one of them is killed for good in the middle. Then the same once more with the
official client of the revision before, which knows nothing of rounds.

  --script   answer from a script, also in a terminal
  --help     this text`;

const { values } = parseArgs({
  options: { script: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
});

if (values.help) {
  console.log(USAGE);
} else {
  const scripted = values.script === true || !process.stdin.isTTY;
  say(
    'A tool call that asks questions in the middle used to be tied to the process that took it: ' +
      'the process held the call in memory until the answers came. Under MRTR (Multi Round-Trip ' +
      'Requests) the server answers "ask the user this, then call me again", and seals everything it ' +
      'knows into the reply. Any process with the key can go on from there.',
  );
  await act(['A', 'B'], (cluster) => {
    if (scripted) line('·', 'no terminal, or --script: the answers come from a script');
    return newClient(cluster, scripted);
  });
  say();
  say(
    'Now the official client of 2025-11-25. It knows no rounds: it is asked on the stream of its ' +
      'call, and waits there. The same function answers it; what it would be called again with is ' +
      "sealed into the id of the question's event, with which the client comes back.",
  );
  await act(['C', 'D'], oldClient);
  say();
  line(
    '·',
    'the servers kept nothing between rounds; the function that asked is 20 straight lines:',
  );
  say('    examples/demo/server.ts');
}

/** Two processes, from their start to their end. */
async function act(
  names: readonly string[],
  play: (cluster: Cluster) => Promise<string>,
): Promise<void> {
  const stepsRun: Record<string, number> = {};
  const cluster = await Cluster.start(
    names,
    randomBytes(32).toString('base64url'),
    (step, name) => {
      stepsRun[step] = (stepsRun[step] ?? 0) + 1;
      line('·', `${name} does the work of step "${step}"`);
    },
  );
  try {
    heading('Two servers, which share nothing but a key');
    line('·', cluster.describe());
    const text = await play(cluster);
    await cluster.stop();
    conclude(text, stepsRun);
  } finally {
    closeTerminal();
    await cluster.stop();
  }
}

function conclude(text: string, stepsRun: Record<string, number>): void {
  heading('The result');
  say(`  ${text}`);
  heading('What happened');
  for (const [step, times] of Object.entries(stepsRun)) {
    line('·', `step "${step}" ran ${times === 1 ? 'once' : `${times} times`}, in one process`);
  }
}
