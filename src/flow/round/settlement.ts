/** Settles a call with what the journal says of it (F6, F8). */
import { isRecord } from '../../base/json.ts';
import { messageOf } from '../../base/thrown.ts';
import { decode } from '../journal/codec.ts';
import { DivergenceError, InvalidAnswerError, StepError } from '../journal/errors.ts';
import type { Outcome, RecordedError } from '../journal/journal.ts';
import { PendingAsk } from './pending-ask.ts';
import type { Call } from './round-state.ts';

/** @throws DivergenceError for an outcome that this version cannot read; `call` stays pending */
export function settle(call: Call, outcome: Outcome): void {
  try {
    settleRead(call, outcome);
  } catch (error) {
    throw new DivergenceError(call.key, 'outcome', `it cannot be read: ${messageOf(error)}`);
  }
}

function settleRead(call: Call, outcome: Outcome): void {
  if (outcome.type === 'value') {
    const value = decode(outcome.value);
    call.resolve(call instanceof PendingAsk ? call.ask.revive(value) : value);
  } else if (outcome.type === 'error') {
    call.reject(failure(call, outcome.error));
  } else {
    throw new TypeError('it is neither a value nor an error');
  }
}

function failure(call: Call, recorded: RecordedError): InvalidAnswerError | StepError {
  const { name, message } = isRecord(recorded) ? recorded : {};
  if (typeof name !== 'string' || typeof message !== 'string') {
    throw new TypeError('its error has no name or no message');
  }
  return call instanceof PendingAsk
    ? new InvalidAnswerError(call.key, message)
    : new StepError(call.key, recorded);
}
