/** From an outcome in the journal to what its call is settled with (F6, F8). */
import { isRecord } from '../../base/json.ts';
import { messageOf } from '../../base/thrown.ts';
import { AskCall, type Call } from './call.ts';
import { decode } from '../journal/codec.ts';
import { DivergenceError, InvalidAnswerError, StepError } from '../journal/errors.ts';
import type { Outcome, RecordedError } from '../journal/journal.ts';

/**
 * Reads `outcome`; what is returned settles `call` with it.
 *
 * @throws DivergenceError for an outcome that this version cannot read
 */
export function settlement(call: Call, outcome: Outcome): () => void {
  try {
    return read(call, outcome);
  } catch (error) {
    throw new DivergenceError(call.key, 'outcome', `it cannot be read: ${messageOf(error)}`);
  }
}

function read(call: Call, outcome: Outcome): () => void {
  if (outcome.type === 'value') {
    const decoded = decode(outcome.value);
    const value = call instanceof AskCall ? call.ask.revive(decoded) : decoded;
    return () => call.resolve(value);
  }
  if (outcome.type !== 'error') throw new TypeError('it is neither a value nor an error');
  const error = failure(call, outcome.error);
  return () => call.reject(error);
}

function failure(call: Call, recorded: RecordedError): InvalidAnswerError | StepError {
  const { name, message } = isRecord(recorded) ? recorded : {};
  if (typeof name !== 'string' || typeof message !== 'string') {
    throw new TypeError('its error has no name or no message');
  }
  return call instanceof AskCall
    ? new InvalidAnswerError(call.key, message)
    : new StepError(call.key, recorded);
}
