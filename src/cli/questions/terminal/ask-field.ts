/** One field of a form, asked in the terminal. */
import type { FormValue } from '../../../protocol/types/elicitation.ts';
import { cleanLine } from '../../terminal/clean.ts';
import { paint } from '../../terminal/paint.ts';
import { fit, wrap } from '../../terminal/wrap.ts';
import type { Field } from '../field.ts';
import { typedProblem, typedValue } from '../typed-value.ts';
import { LEFT, type Prompts } from './prompts.ts';

/** A value; `undefined` for no answer, where that is allowed. */
export type Answered = FormValue | undefined | typeof LEFT;

/** @param before what was answered before, if this is the second time */
export function askField(prompts: Prompts, field: Field, before?: FormValue): Promise<Answered> {
  const preset = before ?? field.preset;
  switch (field.kind) {
    case 'boolean':
      // No is where the cursor begins, unless there is more to it: a yes has to be meant.
      return askChoice(prompts, field, YES_OR_NO, preset ?? (field.isRequired ? false : undefined));
    case 'choice':
      return askChoice(prompts, field, field.choices, preset);
    case 'choices':
      return askChoices(prompts, field, preset);
    default:
      return askText(prompts, field, preset);
  }
}

async function askText(prompts: Prompts, field: Field, preset?: FormValue): Promise<Answered> {
  // It counts as typed: a line end in it would submit the field.
  const initial = preset === undefined ? '' : cleanLine(String(preset));
  // What is typed goes on below without the guide, and could look like a line of ours.
  const isAbove = preset === field.preset && fit(initial, prompts.width) !== initial;
  const suggestion = isAbove ? wrap(`Enter alone answers: ${initial}`, prompts.width) : [];
  const answered = (text: string): string => (isAbove && text === '' ? initial : text);
  const typed = await prompts.ask((common) =>
    prompts.clack.text({
      ...common,
      message: [...label(prompts, field), ...suggestion].join(
        `\n${paint(prompts.output, 'cyan', prompts.clack.S_BAR)}  `,
      ),
      ...(!isAbove && { initialValue: initial }),
      validate: (text = '') => unlessAborted(common.signal, typedProblem(field, answered(text))),
    }),
  );
  return typed === LEFT ? LEFT : typedValue(field, answered(typed));
}

/** Never settles after an abort: the library would draw a prompt that has ended. */
async function unlessAborted<T>(signal: AbortSignal, checking: Promise<T>): Promise<T> {
  const checked = await checking;
  return signal.aborted ? new Promise(() => {}) : checked;
}

/** Instead of the library's own confirmation, which ends when y is pressed, without Enter. */
const YES_OR_NO = [
  { value: true, label: 'Yes' },
  { value: false, label: 'No' },
];

/** Represents no answer: the library would replace `undefined` by the first choice. */
const NOTHING = Symbol('no answer');

async function askChoice(
  prompts: Prompts,
  field: Field,
  choices: readonly { readonly value: FormValue; readonly label: string }[],
  preset?: FormValue,
): Promise<Answered> {
  const mayBeEmpty = !field.isRequired && field.preset === undefined;
  const none = { value: NOTHING, label: paint(prompts.output, 'dim', '(no answer)') };
  const options = [...(mayBeEmpty ? [none] : []), ...choices];
  const chosen = await prompts.ask<FormValue | typeof NOTHING>((common) =>
    prompts.clack.select<FormValue | typeof NOTHING>({
      ...common,
      message: label(prompts, field).join('\n'),
      options: options as never,
      ...(preset !== undefined && { initialValue: preset }),
    }),
  );
  return chosen === NOTHING ? undefined : chosen;
}

async function askChoices(prompts: Prompts, field: Field, preset?: FormValue): Promise<Answered> {
  let initialValues = Array.isArray(preset) ? preset : [];
  for (;;) {
    const chosen = await prompts.ask((common) =>
      prompts.clack.multiselect({
        ...common,
        message: label(prompts, field).join('\n'),
        options: [...field.choices],
        initialValues,
        required: false,
      }),
    );
    if (chosen === LEFT) return LEFT;
    // Without an answer, the preset would be sent.
    if (chosen.length === 0 && !field.isRequired && field.preset === undefined) return undefined;
    const problem = await field.problem(chosen);
    if (problem === undefined) return chosen;
    prompts.warn(problem);
    initialValues = chosen;
  }
}

/** What to fill in, and how: the label, then the description; neither is cut, as it is what is agreed to. */
function label({ output, width }: Prompts, field: Field): string[] {
  const { isRequired, preset, expected } = field;
  const notes = [...(isRequired || preset !== undefined ? [] : ['optional']), expected].filter(
    (note) => note !== '',
  );
  const note = notes.length > 0 ? paint(output, 'dim', ` (${notes.join('; ')})`) : '';
  const described = field.description === '' ? [] : wrap(field.description, width);
  return [
    ...wrap(`${field.label}${note}`, width),
    ...described.map((line) => paint(output, 'dim', line)),
  ];
}
