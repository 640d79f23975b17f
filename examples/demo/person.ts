/** Answers questions: in the terminal, or from a script where there is none. */
import { createInterface } from 'node:readline/promises';
import type { FormAnswer, FormQuestion, FormValue, QuestionContext } from 'mcp-rondo/client';
import { line, say } from './narrator.ts';

type Answerer = (question: FormQuestion, context: QuestionContext) => Promise<FormAnswer>;

/** What the script says to each question. One is declined: a refusal is an answer as well. */
const SCRIPT: Record<string, FormAnswer> = {
  go: { action: 'accept', content: { reason: 'the fix for the login page', when: 'now' } },
  migrate: { action: 'accept', content: { confirm: true } },
  notice: { action: 'decline' },
  sure: { action: 'accept', content: { confirm: true } },
};

export const fromScript: Answerer = async ({ message }, { key }) => {
  const answer = SCRIPT[key] ?? { action: 'decline' };
  const said = answer.action === 'accept' ? JSON.stringify(answer.content) : answer.action;
  line('·', `asked "${message}" — the script answers ${said}`);
  return answer;
};

let terminal: ReturnType<typeof createInterface> | undefined;

/** One at a time, although the questions of a round arrive together. */
let queue: Promise<unknown> = Promise.resolve();

export const fromTerminal: Answerer = (question, context) => {
  const answer = queue.then(() => fillIn(question, context.signal));
  queue = answer.catch(() => {});
  return answer;
};

export function closeTerminal(): void {
  terminal?.close();
}

async function fillIn(
  { message, requestedSchema }: FormQuestion,
  signal: AbortSignal,
): Promise<FormAnswer> {
  say(`\n    ${message}  (an empty answer takes the default, "no" declines)`);
  const content: Record<string, FormValue> = {};
  for (const [name, field] of Object.entries(requestedSchema.properties)) {
    const label = field.description ?? field.title ?? name;
    const options = 'enum' in field ? ` [${field.enum.join('/')}]` : '';
    const preset = field.default === undefined ? '' : ` (${String(field.default)})`;
    const typed = await ask(
      `    ${label}${field.type === 'boolean' ? ' [yes/no]' : options}${preset} `,
      signal,
    );
    if (typed === 'no' && field.type !== 'boolean') return { action: 'decline' };
    if (typed === '' && field.default !== undefined) continue;
    content[name] = field.type === 'boolean' ? /^y/i.test(typed) : typed;
  }
  return { action: 'accept', content };
}

async function ask(prompt: string, signal: AbortSignal): Promise<string> {
  terminal ??= createInterface({ input: process.stdin, output: process.stdout });
  return (await terminal.question(prompt, { signal })).trim();
}
