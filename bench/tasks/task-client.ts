/** A server with two tools, and clients that have tasks, without a network in between. */
import * as z from 'zod';
import type { UnknownRecord } from '../../src/base/json/json.ts';
import { McpServer } from '../../src/server/server.ts';
import { call, request } from '../../test/support/messages.ts';
import type { Database } from './databases.ts';

export type Tool = 'plain' | 'asks';

const WITH_TASKS: UnknownRecord = {
  'io.modelcontextprotocol/clientCapabilities': {
    elicitation: { form: {} },
    extensions: { 'io.modelcontextprotocol/tasks': {} },
  },
};

const YES = { action: 'accept', content: { confirm: true } };

/** Of a benchmark: it protects nothing. */
const KEY = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

const Numbered = z.object({ number: z.number() });

/** @param onEnd called when a handler is about to return, with the number that it was called with */
export function serverOf({ store }: Pick<Database, 'store'>, onEnd: (number: number) => void) {
  const state = { keys: [KEY] };
  const server = new McpServer({ name: 'bench', version: '1.0.0' }, { store, state });
  const options = { task: 'always', inputSchema: Numbered } as const;
  server.registerTool('plain', options, ({ number }) => {
    onEnd(number);
    return 'Done.';
  });
  server.registerTool('asks', options, async ({ number }, ctx) => {
    const isSure = await ctx.confirm('sure', 'Shall it be done?');
    onEnd(number);
    return isSure ? 'Done.' : 'Nothing done.';
  });
  return server;
}

export class TaskClient {
  readonly #server: McpServer;
  readonly #principal: { readonly issuer: string; readonly subject: string };

  /** @param subject who calls: each may have 1,000 tasks at once */
  constructor(server: McpServer, subject = 'somebody') {
    this.#server = server;
    this.#principal = { issuer: 'https://login.example', subject };
  }

  /** Returns the id of the task. */
  async call(tool: Tool, number = 0): Promise<string> {
    const message = call(tool, { number });
    Object.assign(message.params._meta, WITH_TASKS);
    return (await this.#send(message, tool))['taskId'] as string;
  }

  async get(taskId: string): Promise<UnknownRecord> {
    return this.#send(request('tasks/get', { taskId }, WITH_TASKS), taskId);
  }

  async sayYes(taskId: string): Promise<void> {
    const params = { taskId, inputResponses: { sure: YES } };
    await this.#send(request('tasks/update', params, WITH_TASKS), taskId);
  }

  async #send(message: { method: string }, name: string): Promise<UnknownRecord> {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': message.method,
      'mcp-name': name,
    };
    const sent = { method: 'POST', headers, body: JSON.stringify(message) };
    const options = { principal: this.#principal };
    const response = await this.#server.fetch(new Request('http://127.0.0.1/mcp', sent), options);
    const reply = (await response.json()) as { result?: UnknownRecord; error?: unknown };
    if (reply.result === undefined) throw new Error(JSON.stringify(reply.error));
    return reply.result;
  }
}
