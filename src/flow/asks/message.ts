import { RondoError } from '../../base/errors.ts';

/**
 * @param call how the method is called, for the error
 * @throws RondoError `invalid_elicitation` for a message that is not text: it would be asked as
 *   'undefined' or '[object Object]'
 */
export function assertMessage(call: string, message: unknown): asserts message is string {
  if (typeof message === 'string') return;
  throw new RondoError(
    'invalid_elicitation',
    `The message of ${call} is not a string. Is an argument missing, such as the key?`,
  );
}
