/** Programs from npm, and how each lists, calls and, where it can, is asked. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../test/support/free-port.ts';

/** What a program printed. */
export interface Seen {
  readonly list: string;
  readonly call: string;
  /** Nothing from a program that cannot be asked. */
  readonly ask?: string;
}

export interface NpmProgram {
  /** Its package. */
  readonly name: string;
  readonly what: string;
  /** @param url of a server */
  run(url: string): Promise<Seen>;
}

const folder = fileURLToPath(new URL('.', import.meta.url));
const bin = (name: string): string => `${folder}node_modules/.bin/${name}`;
const STDIO = [process.execPath, 'server.mjs', 'stdio'];

/** How long a program may take, in ms. */
const TIMEOUT = 60_000;

export const PROGRAMS: readonly NpmProgram[] = [
  { name: 'mcporter', what: 'its command line', run: mcporter },
  { name: '@modelcontextprotocol/inspector', what: 'its command line', run: inspector },
  {
    name: 'mcp-remote',
    what: 'between an official client over stdio and the server',
    run: (url) => client('official', process.execPath, bin('mcp-remote'), url, '--allow-http'),
  },
  {
    name: 'mcp-proxy',
    what: 'between an official client over HTTP and the server over stdio',
    run: proxy,
  },
  {
    name: '@langchain/mcp-adapters',
    what: 'its tools; asked through a client that it is given',
    run: (url) => client('langchain', url),
  },
  { name: '@mcpjam/sdk', what: 'its client manager', run: (url) => client('mcpjam', url) },
];

export function versionOf(name: string): string {
  const file = `${folder}node_modules/${name}/package.json`;
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

async function node(...args: string[]): Promise<string> {
  const run = promisify(execFile)(process.execPath, args, { cwd: folder, timeout: TIMEOUT });
  // A program that reads its standard input would wait for it.
  run.child.stdin?.end();
  return (await run).stdout;
}

/** One of `clients/`, which prints three lines. */
async function client(name: string, ...args: string[]): Promise<Seen> {
  const [list = '', call = '', ask = ''] = (await node(`clients/${name}.mjs`, ...args)).split('\n');
  return { list, call, ask };
}

async function mcporter(url: string): Promise<Seen> {
  const listed = await node(bin('mcporter'), 'list', url, '--allow-http', '--json');
  const called = await node(bin('mcporter'), 'call', `${url}.add`, 'a=1', 'b=2', '--allow-http');
  return { list: namesIn(listed), call: JSON.stringify(JSON.parse(called)) };
}

async function inspector(url: string): Promise<Seen> {
  const args = [bin('mcp-inspector'), '--cli', url, '--transport', 'http', '--method'];
  const listed = await node(...args, 'tools/list');
  const tool = ['--tool-name', 'add', '--tool-arg', 'a=1', 'b=2'];
  const called = JSON.parse(await node(...args, 'tools/call', ...tool)) as Record<string, unknown>;
  return { list: namesIn(listed), call: JSON.stringify(called['structuredContent']) };
}

function namesIn(text: string): string {
  const { tools } = JSON.parse(text) as { tools: { name: string }[] };
  return tools.map(({ name }) => name).join();
}

async function proxy(): Promise<Seen> {
  const port = String(await freePort());
  const args = [bin('mcp-proxy'), '--host', '127.0.0.1', '--port', port, '--', ...STDIO];
  const running = spawn(process.execPath, args, { cwd: folder, stdio: 'ignore' });
  try {
    const url = `http://127.0.0.1:${port}/mcp`;
    await untilAnswered(url, running);
    // It declares nothing on behalf of its clients: they are not asked.
    const { list, call } = await client('official', url);
    return { list, call };
  } finally {
    running.kill();
    if (running.exitCode === null && running.signalCode === null) await once(running, 'exit');
  }
}

async function untilAnswered(url: string, { exitCode }: ChildProcess): Promise<void> {
  while (exitCode === null) {
    const response = await fetch(url).catch(() => undefined);
    if (response !== undefined) return response.body?.cancel();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
