/** An old client at a server in the test's own process, without a transport between them. */
import { InFlight } from '../../src/protocol/in-flight.ts';
import {
  type OldConnection,
  type OldEvent,
  type OldReply,
  type OldSession,
  type OldSlot,
  UNLIMITED,
} from '../../src/protocol/legacy-port.ts';
import type { McpServer } from '../../src/server/server.ts';
import type { Message } from './messages.ts';
import { until } from './until.ts';

/** A connection without a transport. What comes to it is of no interest. */
export class QuietConnection implements OldConnection {
  readonly principal = undefined;
  readonly request = undefined;
  readonly streams = true;
  readonly asks = true;
  readonly isPipe = false;
  readonly resumes = true;
  readonly slot: OldSlot;
  readonly inFlight = new InFlight();

  constructor(slot: OldSlot = UNLIMITED) {
    this.slot = slot;
  }

  notify(): void {}
  comment(): void {}
  end(): void {}
  send(..._events: readonly OldEvent[]): void {}
  finish(_reply: OldReply): void {}
}

/** One that keeps what comes to it. */
export class KeepingConnection extends QuietConnection {
  /** What happened, in its order: `id`, `message` and `reply`, and what a test adds. */
  readonly log: string[] = [];
  readonly messages: Message[] = [];
  reply: OldReply | undefined;

  override send(...events: readonly OldEvent[]): void {
    for (const { message } of events) {
      this.log.push(message === undefined ? 'id' : 'message');
      if (message !== undefined) this.messages.push(JSON.parse(message) as Message);
    }
  }

  override finish(reply: OldReply): void {
    this.reply = reply;
    this.log.push('reply');
  }
}

/** A session of a client of 2025-11-25 that can be asked. */
export async function openSession({ legacy }: McpServer): Promise<OldSession> {
  const first = new KeepingConnection();
  const params = { protocolVersion: '2025-11-25', capabilities: { elicitation: {} } };
  legacy!.initialize({ jsonrpc: '2.0', id: 1, method: 'initialize', params }, first);
  await until(() => first.reply !== undefined);
  return legacy!.open(first.reply!.headers!['Mcp-Session-Id']!, undefined)!;
}

/** Calls a tool without arguments, under the id 2. Resolves when nothing of the call runs any more. */
export function callTool(
  session: OldSession,
  name: string,
  connection: OldConnection,
): Promise<void> {
  const params = { name };
  return session.serve({ jsonrpc: '2.0', id: 2, method: 'tools/call', params }, connection);
}

/** Declines a question. */
export function decline(session: OldSession, { id }: Message): Promise<boolean> {
  const response = { jsonrpc: '2.0', id, result: { action: 'decline' } };
  return session.answered(response, new KeepingConnection());
}
