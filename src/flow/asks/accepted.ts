import type { ElicitOutcome } from './form.ts';
import { InputDeclinedError } from '../journal/errors.ts';

/**
 * The content of an accepted form.
 *
 * @throws InputDeclinedError if the user declined or cancelled; uncaught, the tool's result says so.
 */
export function accepted<T>(outcome: ElicitOutcome<T>): T {
  if (outcome.action === 'accept') return outcome.content;
  throw new InputDeclinedError(outcome.action);
}
