import type { FormValue } from '../../../protocol/types/elicitation.ts';
import { paint } from '../../terminal/paint.ts';
import { reveal } from '../../terminal/clean.ts';
import { fit } from '../../terminal/wrap.ts';
import type { Field } from '../field.ts';
import { shownValue } from '../typed-value.ts';
import { LEFT, type Prompts } from './prompts.ts';
import { REFUSALS } from './refusal.ts';

/** What has been answered so far, in the order of the form. */
export type Values = Map<Field, FormValue | undefined>;

/** How wide a label can be beside its value. */
const LABEL = 40;

type Decision = 'send' | 'decline' | 'cancel' | Field;

/**
 * Shows everything that is about to be sent. The user sends, edits or refuses it (EL-9).
 *
 * @param to who gets it, in one line or more
 */
export async function review(
  prompts: Prompts,
  to: readonly string[],
  values: Values,
): Promise<Decision> {
  const { clack, output } = prompts;
  const lines = [...values].map(([field, value]) => {
    return `${paint(output, 'bold', `${fit(field.label, LABEL)}:`)} ${reveal(shownValue(field, value))}`;
  });
  if (lines.length > 0) clack.note(lines.join('\n'), 'Your answers', { output });
  for (;;) {
    const decision = await askDecision(prompts, to, values.size > 0);
    if (decision === LEFT) continue;
    if (decision !== 'edit') return decision;
    const field = await askWhich(prompts, [...values.keys()]);
    if (field !== LEFT) return field;
  }
}

function askDecision(
  prompts: Prompts,
  to: readonly string[],
  hasFields: boolean,
): Promise<'send' | 'edit' | 'decline' | 'cancel' | typeof LEFT> {
  return prompts.ask((common) =>
    prompts.clack.select<'send' | 'edit' | 'decline' | 'cancel'>({
      ...common,
      message: to.join('\n'),
      options: [
        { value: 'send', label: hasFields ? 'Send' : 'Accept' },
        ...(hasFields ? [{ value: 'edit' as const, label: 'Edit' }] : []),
        ...REFUSALS,
      ],
    }),
  );
}

async function askWhich(prompts: Prompts, fields: readonly Field[]): Promise<Field | typeof LEFT> {
  if (fields.length === 1) return fields[0]!;
  return prompts.ask((common) =>
    prompts.clack.select({
      ...common,
      message: 'Edit which?',
      options: fields.map((field) => ({ value: field, label: field.label })),
    }),
  );
}
