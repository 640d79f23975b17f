import { invalidOptions } from '../../base/errors.ts';
import { jsonCopy } from '../../base/json/json-copy.ts';
import { messageOf } from '../../base/thrown.ts';

/**
 * What the caller has given, as it is sent: plain JSON, which does not change with what the caller does
 * to it later (MC-5).
 *
 * @param what it is, for the message
 * @throws RondoError `invalid_options` naming the member that JSON cannot carry
 */
export function sendable<T>(what: string, given: T): T {
  try {
    return jsonCopy(given) as T;
  } catch (error) {
    throw invalidOptions(`${what} cannot be sent: ${messageOf(error)}.`, { cause: error });
  }
}
