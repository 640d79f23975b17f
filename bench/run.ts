/** Rondo beside its peers and the bare platform: `npm run bench`. See README.md. */
import { measureClientFlows } from './client-flows.ts';
import { measureAll } from './measure.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { table } from './report.ts';
import { summarise, thisMachine } from './summary.ts';

try {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) console.log(HELP);
  else await run(options);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 2;
}

async function run(options: Options): Promise<void> {
  const machine = thisMachine();
  const contenders = await measureAll(options, showProgress);
  const flows = options.clients ? await measureClientFlows(options, showProgress) : [];
  showProgress('');
  const summary = summarise(contenders, flows, options, machine);
  console.log(options.json ? JSON.stringify(summary, null, 2) : table(summary));
  if (contenders.some(({ failure }) => failure !== undefined)) process.exitCode = 1;
}

/** One line on a terminal, written over again. */
function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${text}`);
}
