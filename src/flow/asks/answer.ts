import type { ClientCapabilities } from '../../protocol/capabilities.ts';
import type { Checked } from '../../schema/json/checked.ts';

/** The capability that a client must declare before it may be asked to fill in a form (EL-1). */
export const FORM: ClientCapabilities = { elicitation: { form: {} } };

/** The result of judging an answer of the wrong shape. */
export const notUnderstood: Checked = { ok: false, problems: ['the answer was not understood'] };

/** Puts what was wrong with the last answer in front of a message (F9). */
export function withProblems(message: string, problems: readonly string[]): string {
  if (problems.length === 0) return message;
  return `Please check your answer:\n${problems.map((line) => `- ${line}`).join('\n')}\n\n${message}`;
}
