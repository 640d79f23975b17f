/** Answers questions: in the terminal, or from a script where there is none. */
import { createInterface } from 'node:readline/promises';
import type { FormAnswer, FormQuestion, FormValue, QuestionContext } from 'mcp-rondo/client';
import { line, say } from './narrator.ts';

type Answerer = (question: FormQuestion, context: QuestionContext) => Promise<FormAnswer>;

/** What the script says to each question. One is declined: a refusal is an answer as well. */
const SCRIPT: readonly (readonly [string, FormAnswer])[] = [
  ['Release', { action: 'accept', content: { reason: 'the fix for the login page', when: 'now' } }],
  ['Run the', { action: 'accept', content: { confirm: true } }],
  ['Last call', { action: 'accept', content: { confirm: true } }],
];

export function scripted({ message }: FormQuestion): FormAnswer {
  const [, answer] = SCRIPT.find(([begin]) => message.startsWith(begin)) ?? [];
  const said = answer?.action === 'accept' ? JSON.stringify(answer.content) : 'decline';
  line('·', `asked "${message}" — the script answers ${said}`);
  return answer ?? { action: 'decline' };
}

export const fromScript: Answerer = async (question) => scripted(question);

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
    const value = await fillInField(name, field, signal);
    if (value === DECLINED) return { action: 'decline' };
    if (value !== undefined) content[name] = value;
  }
  return { action: 'accept', content };
}

const DECLINED = Symbol('declined');

type Field = FormQuestion['requestedSchema']['properties'][string];

/** Asks until the answer will do; the server would only ask again. */
async function fillInField(
  name: string,
  field: Field,
  signal: AbortSignal,
): Promise<FormValue | typeof DECLINED | undefined> {
  const label = field.description ?? field.title ?? name;
  const hint = field.type === 'boolean' ? ' [yes/no]' : optionsOf(field);
  const preset = field.default === undefined ? '' : ` (${String(field.default)})`;
  for (;;) {
    const typed = await ask(`    ${label}${hint}${preset} `, signal);
    if (typed === 'no' && field.type !== 'boolean') return DECLINED;
    if (typed === '' && field.default !== undefined) return undefined;
    const problem = problemWith(field, typed);
    if (problem === undefined) return field.type === 'boolean' ? /^y/i.test(typed) : typed;
    say(`    ${problem}`);
  }
}

function optionsOf(field: Field): string {
  return 'enum' in field ? ` [${field.enum.join('/')}]` : '';
}

function problemWith(field: Field, typed: string): string | undefined {
  if (field.type === 'boolean') return /^(y|n)/i.test(typed) ? undefined : 'Yes or no, please.';
  if ('enum' in field) {
    return field.enum.includes(typed) ? undefined : `One of these, please:${optionsOf(field)}`;
  }
  const least = 'minLength' in field ? (field.minLength ?? 0) : 0;
  return typed.length < least ? `At least ${least} characters, please.` : undefined;
}

async function ask(prompt: string, signal: AbortSignal): Promise<string> {
  terminal ??= createInterface({ input: process.stdin, output: process.stdout });
  return (await terminal.question(prompt, { signal })).trim();
}
