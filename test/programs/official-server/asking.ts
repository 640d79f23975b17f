/** Tools of the official server that ask, written as its documentation says. */
import {
  type CallToolResult,
  type InputRequiredResult,
  type McpServer,
  type RequestStateCodec,
  type ServerContext,
  acceptedContent,
  inputRequired,
  inputResponse,
} from '@modelcontextprotocol/server';
import * as z from 'zod';

type Outcome = CallToolResult | InputRequiredResult;

/** What the flows of several rounds know so far. */
export interface FlowState {
  readonly answers: readonly string[];
}

/** One field of every kind a form may have (EL-4, EL-5). */
export const EVERY_FIELD = {
  type: 'object' as const,
  properties: {
    name: { type: 'string' as const, title: 'Name', minLength: 2, maxLength: 20 },
    email: { type: 'string' as const, format: 'email' as const },
    day: { type: 'string' as const, format: 'date' as const },
    share: { type: 'number' as const, minimum: 0, maximum: 1 },
    guests: { type: 'integer' as const, minimum: 1, maximum: 9, default: 2 },
    smoking: { type: 'boolean' as const, default: false },
    size: { type: 'string' as const, enum: ['s', 'm'] },
    area: { type: 'string' as const, oneOf: [{ const: 'in', title: 'Indoors' }] },
    days: { type: 'array' as const, items: { type: 'string' as const, enum: ['sat', 'sun'] } },
    extras: { type: 'array' as const, items: { anyOf: [{ const: 'cake', title: 'A cake' }] } },
  },
  required: ['name', 'area'],
};

const WORD = z.object({ word: z.string() });

const QUESTION = {
  messages: [{ role: 'user' as const, content: { type: 'text' as const, text: 'Will it rain?' } }],
  maxTokens: 50,
};

export function text(value: unknown): CallToolResult {
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  return { content: [{ type: 'text', text: shown }] };
}

/** Tools that ask one thing, of each kind, and hand back what they were answered. */
export function registerQuestions(server: McpServer): void {
  const questions = {
    form: inputRequired.elicit({ message: 'What is it to be?', requestedSchema: EVERY_FIELD }),
    url: inputRequired.elicitUrl({ message: 'Sign in', url: 'https://example.com/sign-in?a=%20' }),
    model: inputRequired.createMessage(QUESTION),
    model_with_tools: inputRequired.createMessage({
      ...QUESTION,
      tools: [{ name: 'weather', inputSchema: { type: 'object' } }],
      toolChoice: { mode: 'required' },
    }),
    roots: inputRequired.listRoots(),
  };
  for (const [name, question] of Object.entries(questions)) {
    server.registerTool(`ask_${name}`, {}, (ctx): Outcome => {
      const view = inputResponse(ctx.mcpReq.inputResponses, 'q');
      if (view.kind !== 'missing') return text(view);
      return inputRequired({ inputRequests: { q: question } });
    });
  }
  server.registerTool('ask_everything', {}, (ctx): Outcome => {
    const { form, url, model, roots } = questions;
    const keys = ['form', 'url', 'model', 'roots'];
    const kinds = keys.map((key) => inputResponse(ctx.mcpReq.inputResponses, key).kind);
    if (!kinds.includes('missing')) return text(kinds.join(' '));
    return inputRequired({ inputRequests: { form, url, model, roots } });
  });
}

/** Flows of several rounds, with and without a state, and some that only move on. */
export function registerFlows(server: McpServer, codec: RequestStateCodec<FlowState>): void {
  const known = (ctx: ServerContext): readonly string[] =>
    ctx.mcpReq.requestState<FlowState>()?.answers ?? [];
  const mint = (answers: readonly string[], ctx: ServerContext): Promise<string> =>
    codec.mint({ answers }, ctx);

  server.registerTool('three_words', {}, async (ctx): Promise<Outcome> => {
    const answers = [...known(ctx)];
    const answer = acceptedContent(ctx.mcpReq.inputResponses, `word${answers.length}`, WORD);
    if (answer !== undefined) answers.push(answer.word);
    if (answers.length === 3) return text(answers.join(' '));
    const message = `Word ${answers.length + 1}, after '${answers.join(' ')}'?`;
    return inputRequired({
      inputRequests: {
        [`word${answers.length}`]: inputRequired.elicit({ message, requestedSchema: WORD }),
      },
      requestState: await mint(answers, ctx),
    });
  });
  server.registerTool('move_on', {}, async (ctx): Promise<Outcome> => {
    const answers = known(ctx);
    if (answers.length === 3) return text(`Moved on ${answers.length} times.`);
    return inputRequired({ requestState: await mint([...answers, 'x'], ctx) });
  });
  server.registerTool('ask_for_ever', {}, async (ctx): Promise<Outcome> => {
    const again = inputRequired.elicit({ message: 'Again?', requestedSchema: WORD });
    const requestState = await mint([], ctx);
    return inputRequired({ inputRequests: { again }, requestState });
  });
}
