/** Flows that go on in other processes, through files. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../src/cli/test-support/temporary-folder.ts';
import * as z from 'zod';
import { Client } from '../../src/client/index.ts';
import { type Serving, serve } from '../../src/http/node/serve.ts';
import { McpServer } from '../../src/server/server.ts';
import { Program } from '../support/program.ts';

let folder: string;
let file: string;
let serving: Serving;
/** Each attempt at booking. */
let bookings: { readonly flight: string; readonly seat: string; readonly key: string }[];

beforeEach(async () => {
  folder = temporaryFolder();
  file = join(folder, 'flow.json');
  bookings = [];
  serving = await serve(travel(), { port: 0, signals: false });
});

afterEach(async () => {
  await serving.close();
});

function travel(): McpServer {
  const server = new McpServer({ name: 'travel', version: '1' });
  const Flight = z.object({ flight: z.string() });
  const Seat = z.object({ seat: z.string() });
  server.registerTool(
    'book',
    { inputSchema: z.object({ to: z.string() }) },
    async ({ to }, ctx) => {
      const message = `Which flight to ${to}?`;
      const flight = await ctx.elicit('flight', { message, schema: Flight });
      if (flight.action !== 'accept') return 'Nothing booked.';
      const chosen = await Promise.all([
        ctx.elicit('seat', { message: 'Which seat?', schema: Seat }),
        ctx.confirm('sure', 'Sure?'),
      ]);
      if (chosen[0].action !== 'accept' || !chosen[1]) return 'Nothing booked.';
      const wanted = { flight: flight.content.flight, seat: chosen[0].content.seat };
      await ctx.step('book', ({ idempotencyKey }) => {
        bookings.push({ ...wanted, key: idempotencyKey });
      });
      return `Booked ${wanted.seat} on ${wanted.flight}.`;
    },
  );
  return server;
}

async function play(what: string): Promise<Program> {
  const program = new Program('test/programs/flow-player.ts', [what, serving.url, file]);
  await program.ended();
  return program;
}

describe('a flow saved half-answered after its second round', () => {
  it('a flow saved half-answered ends correctly in another process', async () => {
    await play('begin');
    const saved = JSON.parse(readFileSync(file, 'utf8')) as { round: number; answers: object };
    expect(saved).toMatchObject({ round: 2, status: 'asking' });
    expect(Object.keys(saved.answers)).toEqual(['seat']);
    const { output, errors } = await play('finish');
    expect(errors).toBe('');
    expect(JSON.parse(output)).toMatchObject({ content: [{ text: 'Booked 12A on LX 318.' }] });
    expect(bookings).toHaveLength(1);
  });

  it('a flow saved half-answered ends correctly although the reply to its last request was lost', async () => {
    await play('begin');
    const lost = await play('finish and lose');
    expect(lost.process.exitCode).toBe(9);
    expect(bookings).toHaveLength(1);
    const { output } = await play('finish');
    expect(JSON.parse(output)).toMatchObject({ content: [{ text: 'Booked 12A on LX 318.' }] });
    // The record of the first was lost with the reply; the key tells that it is the same booking.
    expect(new Set(bookings.map(({ key }) => key)).size).toBe(1);
  });
});

describe('a flow that cannot be resumed', () => {
  const client = new Client(new McpServer({ name: 'x', version: '1' }), {
    name: 'c',
    version: '1',
  });
  const flow = client.start('tools/call', { name: 'x' }).toJSON();
  it.each([
    ['no flow', 'nothing', 'is not a flow'],
    ['a later format', { ...flow, format: 2 }, 'format 2'],
    ['another era', { ...flow, era: '2030-01-01' }, '2030-01-01'],
    ['half a flow', { ...flow, questions: undefined }, 'changed, or a part'],
    ['a state that is none', { ...flow, requestState: 7 }, 'changed, or a part'],
    ['no status', { ...flow, status: 'done' }, 'changed, or a part'],
  ])('a flow that cannot be resumed says why: %s', (_what, value, message) => {
    expect(() => client.resume(value as never)).toThrow(
      expect.objectContaining({
        code: 'invalid_options',
        message: expect.stringContaining(message),
      }),
    );
  });
});
