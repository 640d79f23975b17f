/**
 * Runs the probe against every host, takes one flow through four runtimes, and writes the table in
 * docs/deploying.md. `npm run runtimes`, or `npm run runtimes -- koa` for hosts with that in their
 * title, which writes nothing.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { generateKey } from 'mcp-rondo/state';
import { HOSTS, Host, type HostKind, versionOf } from './host.ts';
import { CHECKS, probeClient } from './probe.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = fileURLToPath(new URL('.', import.meta.url));
const page = `${root}docs/deploying.md`;
const only = process.argv[2]?.toLowerCase();
const key = generateKey();

/** Between these the table stands. */
const [BEGIN, END] = ['<!-- runtimes: npm run runtimes -->', '<!-- /runtimes -->'];

/** How many results are other than what is known of the platforms. */
let unexpected = 0;

/** Installs the frameworks, and lets them find the package as its users do: built. */
function prepare(): void {
  const npm = (args: string[], cwd: string): unknown =>
    execFileSync('npm', args, { cwd, stdio: 'inherit' });
  if (!existsSync(`${folder}node_modules/.bin/bun`)) npm(['ci', '--no-audit', '--no-fund'], folder);
  npm(['run', '--silent', 'build'], root);
  rmSync(`${folder}node_modules/mcp-rondo`, { force: true });
  symlinkSync('../..', `${folder}node_modules/mcp-rondo`, 'dir');
}

/** What came of each check: `yes`, or what went wrong. */
async function probe(kind: HostKind): Promise<string[]> {
  const host = await Host.start(kind, key);
  const client = probeClient(host.url);
  const results: string[] = [];
  try {
    for (const check of CHECKS) {
      const failure = await check.run(client, host.url).then(
        () => undefined,
        (error: unknown) => String(error).split('\n')[0]!,
      );
      results.push(failure === undefined ? 'yes' : 'no');
      if ((failure !== undefined) !== (kind.cannot?.includes(check.title) ?? false)) unexpected++;
      console.log(`${kind.title}: ${check.title}: ${failure ?? 'yes'}`);
    }
  } finally {
    await client.close();
    await host.stop();
  }
  return results;
}

/** One flow, each of whose rounds another runtime serves. */
async function journey(): Promise<string> {
  const titles = ['`serve`', 'Bun', 'Deno', 'Workers (workerd)', '`serve`'];
  const visited = titles.map((title) => HOSTS.find((kind) => kind.title === title)!);
  let flow: ReturnType<ReturnType<typeof probeClient>['start']> | undefined;
  for (const kind of visited) {
    const host = await Host.start(kind, key);
    const client = probeClient(host.url);
    try {
      const params = { name: 'journey', arguments: {} };
      flow = flow ? client.resume(flow.toJSON()) : client.start('tools/call', params);
      for (const question of flow.unanswered) {
        flow.answer(question, { action: 'accept', content: { confirm: true } });
      }
      await flow.advance();
    } finally {
      await client.close();
      await host.stop();
    }
  }
  const [content] = (flow!.result as { content: { text: string }[] }).content;
  return content!.text;
}

function write(rows: string[][], way: string): void {
  const head = ['host', 'version', ...CHECKS.map(({ title }) => title)];
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  const table = `${lines.join('\n')}\n\nOne flow, a round on each, under one key: ${way}.`;
  const text = readFileSync(page, 'utf8');
  const from = text.indexOf(BEGIN) + BEGIN.length;
  const end = text.indexOf(END);
  writeFileSync(page, `${text.slice(0, from)}\n\n${table}\n\n${text.slice(end)}`);
  execFileSync('npx', ['prettier', '--write', page], { cwd: root });
}

prepare();
const rows: string[][] = [];
for (const kind of HOSTS) {
  if (only !== undefined && !kind.title.toLowerCase().includes(only)) continue;
  const results = await probe(kind).catch((error: unknown) => {
    console.log(String(error));
    unexpected++;
    return CHECKS.map(() => 'no');
  });
  rows.push([kind.title, versionOf(kind), ...results]);
}
if (only === undefined || only === 'journey') {
  const visited = await journey();
  const way = visited.replaceAll(/\d /g, '').replaceAll(', ', ' → ');
  console.log(visited);
  if (only === undefined) write(rows, way);
}
if (unexpected > 0) process.exitCode = 1;
