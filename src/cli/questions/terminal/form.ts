/** A server's form, filled in at the terminal (checklist EL-7, EL-9). */
import type { FormAnswer, FormQuestion, Refusal } from '../../../client/handlers.ts';
import type { FormValue } from '../../../protocol/elicitation.ts';
import { clean } from '../../terminal/clean.ts';
import type { Asked } from '../answerer.ts';
import { type Field, fieldsOf } from '../field.ts';
import { askField } from './ask-field.ts';
import { serverTitle, showHeading } from './heading.ts';
import { LEFT, type Prompts } from './prompts.ts';
import { askRefusal } from './refusal.ts';
import { review } from './review.ts';

const KEYS = 'Escape: decline or cancel. Ctrl-C: stop here.';

export async function askForm(
  prompts: Prompts,
  question: FormQuestion,
  asked: Asked,
): Promise<FormAnswer> {
  await prompts.discardTyped();
  showHeading(prompts, asked);
  prompts.tell(clean(question.message));
  const fields = fieldsOf(question.requestedSchema);
  if (fields === undefined) return refuseUnknown(prompts);
  prompts.tell(KEYS, 'dim');
  const answer = await fillIn(prompts, fields, serverTitle(asked));
  prompts.clack.outro(OUTCOMES[answer.action], { output: prompts.output });
  return answer;
}

const OUTCOMES = { accept: 'Answered.', decline: 'Declined.', cancel: 'Cancelled.' };

async function fillIn(prompts: Prompts, fields: readonly Field[], to: string): Promise<FormAnswer> {
  const values = new Map<Field, FormValue | undefined>();
  for (const field of fields) {
    const refusal = await fillInOne(prompts, field, values);
    if (refusal !== undefined) return refusal;
  }
  for (;;) {
    const decision = await review(prompts, to, values);
    if (decision === 'send') return { action: 'accept', content: contentOf(values) };
    if (decision === 'decline' || decision === 'cancel') return { action: decision };
    const refusal = await fillInOne(prompts, decision, values);
    if (refusal !== undefined) return refusal;
  }
}

/** Asks until there is an answer, or the whole question is refused. */
async function fillInOne(
  prompts: Prompts,
  field: Field,
  values: Map<Field, FormValue | undefined>,
): Promise<Refusal | undefined> {
  for (;;) {
    const value = await askField(prompts, field, values.get(field));
    if (value !== LEFT) return void values.set(field, value);
    const refusal = await askRefusal(prompts);
    if (refusal !== 'back') return refusal;
  }
}

/** What was not answered is left out. */
function contentOf(values: ReadonlyMap<Field, FormValue | undefined>): Record<string, FormValue> {
  const answered = [...values].map(([{ name }, value]) => [name, value] as const);
  return Object.fromEntries(answered.filter(([, value]) => value !== undefined)) as Record<
    string,
    FormValue
  >;
}

function refuseUnknown({ clack, output }: Prompts): FormAnswer {
  clack.log.error('This form has a field of a kind that no form may have.', { output });
  clack.outro('Declined.', { output });
  return { action: 'decline', reason: 'policy' };
}
