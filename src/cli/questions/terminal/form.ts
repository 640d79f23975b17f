/** A server's form, filled in at the terminal (EL-7, EL-9). */
import { completeForm } from '../../../client/flows/form-answer.ts';
import type { FormAnswer, FormQuestion, Refusal } from '../../../client/flows/handlers.ts';
import type { FormValue } from '../../../protocol/types/elicitation.ts';
import { clean } from '../../terminal/clean.ts';
import { fit, wrap } from '../../terminal/wrap.ts';
import type { AskedQuestion } from '../answerer.ts';
import { type Field, fieldsOf } from '../field.ts';
import { askField } from './ask-field.ts';
import { addressLines, serverTitle, showHeading } from './heading.ts';
import { LEFT, type Prompts } from './prompts.ts';
import { askRefusal } from './refusal.ts';
import { type Values, review } from './review.ts';
import { messageOf } from '../../../base/thrown.ts';

type Content = Record<string, FormValue>;

/** Throws what is wrong with a form's content. */
type Check = (content: Content) => Promise<unknown>;

const KEYS = 'Escape: decline or cancel. Ctrl-C: stop here.';

export async function askForm(
  prompts: Prompts,
  question: FormQuestion,
  asked: AskedQuestion,
): Promise<FormAnswer> {
  await prompts.discardTyped();
  showHeading(prompts, asked);
  prompts.line(clean(question.message));
  const fields = fieldsOf(question.requestedSchema);
  if (fields === undefined) return refuseUnknown(prompts);
  prompts.line(KEYS, 'dim');
  const check: Check = (content) => completeForm(asked.key, question.requestedSchema, content);
  const to = [`Send this to ${fit(serverTitle(asked), 40)}?`, ...addressLines(prompts, asked)];
  const answer = await fillIn(prompts, fields, to, { check, asked });
  prompts.clack.outro(OUTCOMES[answer.action], { output: prompts.output });
  return answer;
}

const OUTCOMES = { accept: 'Answered.', decline: 'Declined.', cancel: 'Cancelled.' };

async function fillIn(
  prompts: Prompts,
  fields: readonly Field[],
  to: readonly string[],
  { check, asked }: { readonly check: Check; readonly asked: AskedQuestion },
): Promise<FormAnswer> {
  const values: Values = new Map();
  const { draft = {} } = asked;
  for (const field of fields) {
    const before = Object.hasOwn(draft, field.name) ? draft[field.name] : undefined;
    const refusal = await fillInOne(prompts, field, values, before);
    if (refusal !== undefined) return refusal;
    asked.onDraft?.({ ...draft, ...contentOf(values) });
  }
  for (;;) {
    const decision = await review(prompts, to, values);
    const answer =
      typeof decision === 'string'
        ? await settle(prompts, decision, contentOf(values), check)
        : await fillInOne(prompts, decision, values);
    if (answer !== undefined) return answer;
  }
}

/** The answer; `undefined` if each field fits, and still the form as a whole does not. */
async function settle(
  { clack, output, width }: Prompts,
  decision: 'send' | 'decline' | 'cancel',
  content: Content,
  check: Check,
): Promise<FormAnswer | undefined> {
  if (decision !== 'send') return { action: decision };
  try {
    await check(content);
    return { action: 'accept', content };
  } catch (error) {
    const lines = wrap(clean(messageOf(error)), width);
    clack.log.error(lines.join('\n'), { output });
    return undefined;
  }
}

/** Asks until there is an answer, or the whole question is refused. */
async function fillInOne(
  prompts: Prompts,
  field: Field,
  values: Values,
  before: FormValue | undefined = values.get(field),
): Promise<Refusal | undefined> {
  for (;;) {
    const value = await askField(prompts, field, before);
    if (value !== LEFT) return void values.set(field, value);
    const refusal = await askRefusal(prompts);
    if (refusal !== 'back') return refusal;
  }
}

/** What was not answered is left out. */
function contentOf(values: Values): Content {
  const answered = [...values].flatMap(([{ name }, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(answered);
}

function refuseUnknown({ clack, output }: Prompts): FormAnswer {
  clack.log.error('This form has a field of a kind that no form may have.', { output });
  clack.outro('Declined.', { output });
  return { action: 'decline', reason: 'policy' };
}
