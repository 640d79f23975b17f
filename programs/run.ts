/**
 * Runs programs from npm against a server, and the clients of Redis that a relay can use. `npm run programs`,
 * or `npm run programs -- mcporter` for those with that in their name.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PROGRAMS, type Seen, versionOf } from './program.ts';
import { PACKAGES, relayOver } from './redis-relay.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = fileURLToPath(new URL('.', import.meta.url));
const only = process.argv[2] ?? '';

/** Installs the programs, and lets them find the package as its users do: built. */
function prepare(): void {
  const npm = (args: string[], cwd: string): unknown =>
    execFileSync('npm', args, { cwd, stdio: 'inherit' });
  if (!existsSync(`${folder}node_modules/.bin/mcporter`)) {
    npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], folder);
  }
  npm(['run', '--silent', 'build'], root);
  rmSync(`${folder}node_modules/mcp-rondo`, { force: true });
  symlinkSync('../..', `${folder}node_modules/mcp-rondo`, 'dir');
}

/** What is other than it should be. */
function problemsOf({ list, call, ask }: Seen): string[] {
  return [
    list === 'add,ask' ? [] : `lists ${list}`,
    call === '{"sum":3}' ? [] : `calls ${call}`,
    ask === undefined || ask === 'accept: because' ? [] : `is asked ${ask}`,
  ].flat();
}

async function report(name: string, what: string, run: () => Promise<string>): Promise<void> {
  const came = await run().catch((error: unknown) => {
    process.exitCode = 1;
    return String(error).split('\n').slice(0, 3).join(' ');
  });
  console.log(`| ${name} | ${versionOf(name)} | ${what} | ${came} |`);
}

async function tried(run: Promise<Seen>): Promise<string> {
  const seen = await run;
  const problems = problemsOf(seen);
  if (problems.length > 0) throw new Error(problems.join('; '));
  return seen.ask === undefined ? 'lists, calls' : 'lists, calls, is asked';
}

prepare();
const server = ['server.mjs', 'http'];
const serving = spawn(process.execPath, server, {
  cwd: folder,
  stdio: ['ignore', 'pipe', 'inherit'],
});
const exited = once(serving, 'exit').then(() => Promise.reject(new Error('the server ended')));
const [printed] = (await Promise.race([once(serving.stdout, 'data'), exited])) as [Buffer];
exited.catch(() => {});
const url = String(printed).trim();
console.log('| package | version | how | result |\n| --- | --- | --- | --- |');
for (const { name, what, run } of PROGRAMS) {
  if (name.includes(only)) await report(name, what, () => tried(run(url)));
}
for (const name of PACKAGES) {
  if (name.includes(only)) await report(name, 'relay of two instances', () => relayOver(name));
}
serving.kill();
