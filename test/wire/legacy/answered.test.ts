/** In which order an old client hears what comes of its answer (L14). */
import { describe, expect, it } from 'vitest';
import { InFlight } from '../../../src/protocol/in-flight.ts';
import {
  type OldConnection,
  type OldEvent,
  type OldReply,
  UNLIMITED,
} from '../../../src/protocol/legacy-port.ts';
import type { Context } from '../../../src/server/flows/context.ts';
import { McpServer } from '../../../src/server/server.ts';
import type { Message } from '../../support/messages.ts';
import { turns, until } from '../../support/until.ts';

/** A connection that says in which order things came to it. */
class Logging implements OldConnection {
  readonly principal = undefined;
  readonly request = undefined;
  readonly streams = true;
  readonly asks = true;
  readonly isPipe = false;
  readonly resumes = true;
  readonly slot = UNLIMITED;
  readonly inFlight = new InFlight();
  readonly log: string[] = [];
  question: Message | undefined;
  reply: OldReply | undefined;

  notify(): void {}
  comment(): void {}
  end(): void {}
  send(...events: readonly OldEvent[]): void {
    for (const { message } of events) {
      this.log.push(message === undefined ? 'id' : 'message');
      if (message !== undefined) this.question ??= JSON.parse(message) as Message;
    }
  }
  finish(reply: OldReply): void {
    this.reply = reply;
    this.log.push('reply');
  }
}

/** What happened after the only question of a tool was answered, in its order. */
async function afterAnswer(handler: (ctx: Context, log: string[]) => unknown): Promise<string[]> {
  const server = new McpServer({ name: 's', version: '1' }, { state: { keys: ['A'.repeat(43)] } });
  const call = new Logging();
  server.registerTool('one', {}, async (ctx) => {
    await ctx.confirm('a', 'A?');
    return String(await handler(ctx, call.log));
  });
  const legacy = server.legacy!;
  const first = new Logging();
  const params = { protocolVersion: '2025-11-25', capabilities: { elicitation: {} } };
  legacy.initialize({ jsonrpc: '2.0', id: 1, method: 'initialize', params }, first);
  await until(() => first.reply !== undefined);
  const session = legacy.open(first.reply!.headers!['Mcp-Session-Id']!, undefined)!;
  const request = { jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'one' } } as const;
  const running = session.serve(request, call);
  await until(() => call.question !== undefined);
  call.log.length = 0;
  const { id } = call.question!;
  const response = { jsonrpc: '2.0', id, result: { action: 'decline' } };
  await session.answered(response, new Logging());
  call.log.push('accepted');
  await running;
  return call.log;
}

describe('where an old call goes on with an answer', () => {
  it('L14 goes out together with a reply of the same turn, and then the answer is accepted', async () => {
    expect(await afterAnswer(() => 'done')).toEqual(['id', 'reply', 'accepted']);
  });

  it('L14 goes out before a step runs', async () => {
    const log = await afterAnswer((ctx, seen) => ctx.step('s', () => void seen.push('step')));
    expect(log).toEqual(['id', 'step', 'reply', 'accepted']);
  });

  it('L9 L14 goes out at the end of the turn, and then the answer is accepted', async () => {
    expect(await afterAnswer(() => turns(3))).toEqual(['id', 'accepted', 'reply']);
  });

  it('L13 L14 goes out before what is sent ahead of the reply', async () => {
    const log = await afterAnswer((ctx) => ctx.log('info', 'hello'));
    expect(log).toEqual(['id', 'message', 'reply', 'accepted']);
  });
});
