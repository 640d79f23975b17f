/** Prints how much heap 1,000 idle sessions of old clients take, and 1,000 open questions, in bytes. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { McpServer } from 'mcp-rondo';
import type { OldReply } from '../../src/protocol/legacy-port.ts';
import { QuietConnection } from '../support/old-connection.ts';

const COUNT = 1_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const server = new McpServer({ name: 's', version: '1' }, { state: { keys: ['A'.repeat(43)] } });
server.registerTool('ask', {}, async (ctx) => String(await ctx.confirm('go', 'Go?')));
const legacy = server.legacy!;

/** Says when a reply has come, and when something was sent. */
class Connection extends QuietConnection {
  #onReply!: (reply: OldReply) => void;
  #onSent!: () => void;
  readonly replied = new Promise<OldReply>((resolve) => (this.#onReply = resolve));
  readonly asked = new Promise<void>((resolve) => (this.#onSent = resolve));

  override finish(reply: OldReply): void {
    this.#onReply(reply);
  }

  override send(): void {
    this.#onSent();
  }
}

async function newSession(): Promise<string> {
  const connection = new Connection();
  const clientInfo = { name: 'c', version: '1' };
  const params = { protocolVersion: '2025-11-25', capabilities: { elicitation: {} }, clientInfo };
  legacy.initialize({ jsonrpc: '2.0', id: 1, method: 'initialize', params }, connection);
  return (await connection.replied).headers!['Mcp-Session-Id']!;
}

async function list(session: string): Promise<void> {
  await legacy
    .open(session, undefined)!
    .serve({ jsonrpc: '2.0', id: 1, method: 'tools/list' }, new Connection());
}

async function ask(session: string): Promise<Connection> {
  const connection = new Connection();
  const params = { name: 'ask', arguments: {} };
  void legacy
    .open(session, undefined)!
    .serve({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }, connection);
  await connection.asked;
  return connection;
}

function heap(): number {
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

const sessions: string[] = [];
for (let i = 0; i < COUNT; i++) sessions.push(await newSession());
// What is made at the first use.
for (let i = 0; i < 50; i++) await list(sessions[i]!);
const withIds = heap();
for (const session of sessions) await list(session);
const idle = heap() - withIds;
const before = heap();
const open: Connection[] = [];
for (const session of sessions) open.push(await ask(session));
const questions = heap() - before;
console.log(JSON.stringify({ count: open.length, idle, questions }));
process.exit();
