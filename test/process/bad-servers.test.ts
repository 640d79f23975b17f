/** Client programs of bad servers: they end when their calls have, and nothing keeps them busy. */
import { afterEach, describe, expect, it } from 'vitest';
import { ENDLESS } from '../support/bad-servers/endless.ts';
import { event, progress, reply, send, stream } from '../support/bad-servers/messages.ts';
import { type Exchange, badServers } from '../support/bad-servers/server.ts';
import { Program } from '../support/program.ts';

const { serving, gone } = badServers();
const programs: Program[] = [];
afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.kill()));
});

async function urlOf(behave: (exchange: Exchange) => void): Promise<string> {
  return (await serving(behave)).url;
}

/** Calls one server after the other, and resolves with what came of each once the program ended. */
async function call(http: string, timeout: number, urls: readonly string[]): Promise<string[]> {
  const program = new Program('test/programs/caller.ts', [http, String(timeout), ...urls]);
  programs.push(program);
  await program.ended();
  expect(program.errors).toBe('');
  const lines = program.output.trim().split('\n');
  expect(lines.pop()).toBe('Done.');
  return lines;
}

const FAR_AWAY = 3_600_000;

describe.each(['node:http', 'fetch'])('a client program whose calls by %s have ended', (http) => {
  it('a client program ends after its calls, though the servers keep their connections open', async () => {
    const urls = await Promise.all(ENDLESS.map(([, behave]) => urlOf(behave)));
    const expected = ENDLESS.map(([code]) => String(code));
    expect(await call(http, FAR_AWAY, urls)).toEqual(expected);
  });

  it('a client program ends after calls that timed out', async () => {
    const silent = await urlOf(() => {});
    const trickling = await urlOf(({ message, response }) => {
      stream(response, event(progress(message, 1)));
    });
    expect(await call(http, 200, [silent, trickling])).toEqual(['timeout', 'timeout']);
  });

  it('a client program ends after calls whose connections broke', async () => {
    const reset = await urlOf(({ response }) => response.socket!.resetAndDestroy());
    const cut = await urlOf(({ message, response }) => {
      stream(response, event(progress(message, 1)));
      setImmediate(() => response.socket?.resetAndDestroy());
    });
    const failed = 'transport_failed';
    expect(await call(http, FAR_AWAY, [reset, cut, await gone()])).toEqual([
      failed,
      failed,
      failed,
    ]);
  });
});

/** Here the program is of use even when it fails: what never ends cannot be ended from within. */
describe('a client program whose server has an output schema that takes for ever to check', () => {
  async function ends(outputSchema: unknown, structuredContent: unknown): Promise<void> {
    const url = await urlOf(({ message, response }) => {
      const tools = [{ name: 't', inputSchema: {}, outputSchema }];
      const result = { content: [], structuredContent };
      const listed = message.method === 'tools/list' ? { tools } : result;
      send(response, reply(message.id, { result: listed }));
    });
    expect(await call('node:http', FAR_AWAY, [url])).toEqual(['none']);
  }

  it('TO-7 SE-1 a client program ends though an output schema has a pattern that backtracks', () =>
    ends({ type: 'string', pattern: '^(a+)+$' }, `${'a'.repeat(40)}!`));

  it('TO-7 SE-1 a client program ends though an output schema has choices of choices', () => {
    const next = (i: number): unknown => ({ $ref: `#/$defs/a${i + 1}` });
    const choices = (i: number): unknown => ({ anyOf: [{ allOf: [next(i), false] }, next(i)] });
    const steps = Array.from({ length: 40 }, (_, i) => [`a${i}`, choices(i)] as const);
    const $defs = { ...Object.fromEntries(steps), a40: { type: 'string' } };
    return ends({ $defs, $ref: '#/$defs/a0' }, 7);
  });

  it('TO-7 SE-1 a client program ends though an output schema has bounded repetitions in a row', () => {
    const pattern = `^${'a{1,60}'.repeat(6)}!$`;
    return ends({ type: 'string', pattern }, 'a'.repeat(250));
  });
});
