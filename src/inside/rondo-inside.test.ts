import { describe, expect, it } from 'vitest';
import type { UnknownRecord } from '../base/json/json.ts';
import type { InputRequiredResult } from '../protocol/results.ts';
import { generateKey } from '../state/key-ring.ts';
import type { OfficialContext, OfficialServer } from './official.ts';
import { type RondoInside, rondoInside } from './rondo-inside.ts';

const none = (): void => undefined;
const silent = { debug: none, info: none, warn: none, error: none };

type Run = (ctx: OfficialContext) => Promise<unknown>;

/** What is registered, by name: called as the official server calls it. */
function official(): OfficialServer & { readonly tools: Map<string, Run> } {
  const tools = new Map<string, Run>();
  return {
    tools,
    server: { getClientCapabilities: () => ({ elicitation: { form: {} } }) },
    registerTool: ((name: string, _config: object, run: Run) => void tools.set(name, run)) as never,
    registerPrompt: none,
    registerResource: none,
  };
}

function contextOf(requestState?: string, inputResponses?: UnknownRecord): OfficialContext {
  const { signal } = new AbortController();
  const notify = async (): Promise<void> => undefined;
  const mcpReq = { id: 1, signal, notify, requestState: () => requestState };
  return { mcpReq: { ...mcpReq, ...(inputResponses && { inputResponses }) } };
}

const YES = { sure: { action: 'accept', content: { confirm: true } } };

function inside(): RondoInside {
  return rondoInside({ state: { keys: [generateKey()] }, logger: silent });
}

describe('L21 a flow is of what it was begun with, whatever the names are', () => {
  const long = 'x'.repeat(200);
  for (const [first, second] of [
    ['a b', 'a.20b'],
    ['a(b', 'a)b'],
    ['顧客情報を確認してから送信する', '顧客情報を確認してから送信しない'],
    [`${long}1`, `${long}2`],
  ] as const) {
    it(`a state of ${first.slice(-20)} is refused by ${second.slice(-20)}`, async () => {
      const rondo = inside();
      const server = official();
      for (const name of [first, second]) {
        rondo.registerTool(server, name, {}, async (ctx) => {
          const by = await ctx.step('by', () => name);
          return (await ctx.confirm('sure', 'Sure?')) ? by : 'no';
        });
      }
      const asked = (await server.tools.get(first)!(contextOf())) as InputRequiredResult;
      const answered = (): OfficialContext => contextOf(asked.requestState, YES);
      await expect(server.tools.get(second)!(answered())).rejects.toMatchObject({ code: -32_602 });
      const own = await server.tools.get(first)!(answered());
      expect(own).toEqual({ content: [{ type: 'text', text: first }] });
    });
  }

  it('takes names that are no well-formed text', () => {
    const rondo = inside();
    expect(() => rondo.registerTool(official(), '\ud800', {}, () => '')).not.toThrow();
  });
});
