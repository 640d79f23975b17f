/** A program that serves as no program may: what it says to each request is its first argument. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { UnknownRecord } from '../../src/base/json/json.ts';
import type { JsonRpcRequest } from '../../src/protocol/types/jsonrpc.ts';
import { done, notice, progress, refusal, reply } from '../support/bad-servers/messages.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const MANNERS: Record<string, (request: JsonRpcRequest) => void> = {
  well: (request) => say(done(request)),
  silent: () => {},
  another: () => say(reply(4711, { result: {} })),
  nameless: () => say(reply(undefined, { result: {} })),
  unreadable: () => say(reply(null, { error: { code: -32700, message: 'What?' } })),
  asks: () => say(reply('s1', { method: 'elicitation/create', params: {} })),
  half: () => process.stdout.write('{"jsonrpc":"2.0","id":1,'),
  broken: () => say('{"jsonrpc":"2.0","id":1,'),
  deep: ({ id }) => say(`{"jsonrpc":"2.0","id":${id},"result":${'['.repeat(10_000)}`),
  bytes: () => process.stdout.write(Buffer.from([0x7b, 0xff, 0x7d, 0x0a])),
  'too long': () => say(`{"a":"${'x'.repeat(20 * 1024 * 1024)}"}`),
  endless: () => {
    const more = (): void => {
      while (process.stdout.write('x'.repeat(65_536)));
    };
    process.stdout.on('drain', more);
    more();
  },
  /** Writes the lines in the call's arguments, and answers when these say so. */
  writing: (request) => {
    const { lines = [], answers = false } = request.params!['arguments'] as Record<string, never>;
    for (const line of lines as string[]) say(line.replace('LONG', 'x'.repeat(17_000_000)));
    if (answers) say(done(request));
  },
  babbling: (request) => {
    for (const text of ['', 'Hello!', '[]', 'null', '"{"', '\u001b[2J']) say(text);
    say(done(request));
  },
  twice: (request) => say(`${done(request)}\n${refusal(request, -1)}\n${done(request)}`),
  informing: (request) => {
    say(notice('notifications/spare'));
    say(progress(request, 1));
    if (request.params!['name'] !== 'slow') say(done(request));
  },
  dying: () => process.exit(5),
  'half dying': () => process.stdout.write('{"jsonrpc"', () => process.exit(5)),
  deaf: () => {
    process.stdin.destroy();
    setInterval(() => {}, 60_000);
  },
  mute: () => process.stdout.end(),
  /** It ends, and leaves somebody behind who has its streams. */
  bequeathing: () => {
    const heir = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 20_000)'], {
      stdio: ['ignore', 'inherit', 'ignore'],
      detached: true,
    });
    heir.unref();
    process.stderr.write(`heir ${heir.pid}\n`, () => process.exit(5));
  },
};

const manner = MANNERS[process.argv[2]!]!;
/** What it answers to `server/discover`, by its second argument; else as a server should. */
const DISCOVERIES: Record<string, UnknownRecord> = {
  'not found': { error: { code: -32601, message: 'Method not found' } },
  'not initialized': { error: { code: -32600, message: 'Server not initialized' } },
  'not supported': { error: { code: -32022, message: 'Unsupported', data: { supported: [] } } },
  'something else': { result: { tools: [] } },
};
const discovery = DISCOVERIES[process.argv[3] ?? ''] ?? {
  result: { resultType: 'complete', supportedVersions: ['2026-07-28'], capabilities: {} },
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const message = JSON.parse(line) as JsonRpcRequest;
  if (process.argv[3] !== undefined) process.stderr.write(`${message.method}\n`);
  if (message.method === 'server/discover') say(reply(message.id, discovery));
  else if (message.id !== undefined) manner(message);
});
