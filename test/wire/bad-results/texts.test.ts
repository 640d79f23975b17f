/** What a server calls things, and says in its errors, does nothing to the log of its client. */
import { expect, it } from 'vitest';
import { Client } from 'mcp-rondo/client';
import { ScriptedServer } from '../../../src/client/test-support/scripted.ts';
import { KnownTools } from '../../../src/client/calls/known-tools.ts';
import { warningsTo } from '../../support/logger.ts';

/** Clears a terminal, begins a line, goes on for long. */
const HOSTILE = `\u001b[2J\u009b2J\n[rondo] all is well\u202e${'x'.repeat(5_000)}`;

const isOneLine = (text: string): boolean => !/[\p{Cc}\p{Cf}]/u.test(text);

const client = (server: ScriptedServer): Client =>
  new Client(server, { name: 'c', version: '1', onElicit: () => ({ action: 'cancel' }) });

async function messageOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'no error',
    (error: Error) => error.message,
  );
}

it('names of tools are quoted in what is logged of them', async () => {
  const warnings: string[] = [];
  const tools = new KnownTools(true, warningsTo(warnings));
  const properties = { a: { type: 'object', 'x-mcp-header': HOSTILE } };
  tools.learn([{ name: HOSTILE, inputSchema: { type: 'object', properties } } as never]);
  const outputSchema = { type: 'object', $ref: `https://${HOSTILE}` };
  tools.learn([{ name: HOSTILE, inputSchema: { type: 'object' }, outputSchema } as never]);
  await tools.check(HOSTILE, { content: [], structuredContent: { [HOSTILE]: 'a' } } as never);
  expect(warnings).toHaveLength(2);
  for (const warning of warnings) {
    expect(isOneLine(warning)).toBe(true);
    expect(warning.length).toBeLessThan(1_000);
  }
});

it.each<[string, object]>([
  ['keys of questions', { inputRequests: { [HOSTILE]: { method: 'no/such' } } }],
  ['the type of a result', { resultType: HOSTILE }],
  [
    'fields of a form',
    {
      inputRequests: {
        a: {
          method: 'elicitation/create',
          params: {
            mode: 'form',
            message: 'Who?',
            requestedSchema: { type: 'object', properties: { [HOSTILE]: { pattern: '((' } } },
          },
        },
      },
    },
  ],
])('%s are quoted in the error', async (_what, result) => {
  const server = new ScriptedServer({ result: { resultType: 'input_required', ...result } });
  const message = await messageOf(client(server).callTool('t'));
  expect(message).not.toBe('no error');
  expect(isOneLine(message)).toBe(true);
  expect(message.length).toBeLessThan(1_000);
});
