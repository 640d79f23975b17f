/** In which order an old client hears what comes of its answer (L14). */
import { describe, expect, it } from 'vitest';
import type { Context } from '../../../src/server/flows/context.ts';
import { McpServer } from '../../../src/server/server.ts';
import { KeepingConnection, callTool, decline, openSession } from '../../support/old-connection.ts';
import { turns, until } from '../../support/until.ts';

/** What happened after the only question of a tool was answered, in its order. */
async function afterAnswer(handler: (ctx: Context, log: string[]) => unknown): Promise<string[]> {
  const server = new McpServer({ name: 's', version: '1' }, { state: { keys: ['A'.repeat(43)] } });
  const call = new KeepingConnection();
  server.registerTool('one', {}, async (ctx) => {
    await ctx.confirm('a', 'A?');
    return String(await handler(ctx, call.log));
  });
  const session = await openSession(server);
  const running = callTool(session, 'one', call);
  await until(() => call.messages.length === 1);
  call.log.length = 0;
  await decline(session, call.messages[0]!);
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
