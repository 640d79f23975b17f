import type { Refusal } from '../../../client/flows/handlers.ts';
import { LEFT, type Prompts } from './prompts.ts';

/** The two ways to refuse, as choices. */
export const REFUSALS = [
  { value: 'decline', label: 'Decline', hint: 'the server learns that you said no' },
  { value: 'cancel', label: 'Cancel', hint: 'the server learns that you gave no answer' },
] as const;

/** After Escape: whether to refuse the question, or to go back to it. */
export async function askRefusal(prompts: Prompts): Promise<Refusal | 'back'> {
  const choice = await prompts.ask((common) =>
    prompts.clack.select<'back' | 'decline' | 'cancel'>({
      ...common,
      message: 'Leave this question?',
      options: [{ value: 'back', label: 'Go back to it' }, ...REFUSALS],
      showInstructions: false,
    }),
  );
  return choice === LEFT || choice === 'back' ? 'back' : { action: choice };
}
