import type { JsonValue } from '../protocol/json.ts';
import { RondoError } from '../protocol/errors.ts';
import { encode } from './codec.ts';
import type { Outcome, RecordedError } from './journal.ts';

/** The outcome for a value; a value that cannot be recorded becomes that failure (F6). */
export function recordValue(value: unknown): Outcome {
  try {
    return { type: 'value', value: encode(value) };
  } catch (error) {
    return recordError(error);
  }
}

/** The outcome for whatever a step threw: name, message, code and data (F6). */
export function recordError(thrown: unknown): Outcome {
  return { type: 'error', error: describe(thrown) };
}

function describe(thrown: unknown): RecordedError {
  if (!(thrown instanceof Error)) return { name: 'Error', message: String(thrown) };
  const { code, data } = thrown as { code?: unknown; data?: unknown };
  const recorded: { -readonly [K in keyof RecordedError]: RecordedError[K] } = {
    name: thrown.name,
    message: thrown.message,
  };
  if (typeof code === 'string' || typeof code === 'number') recorded.code = code;
  const kept = data === undefined ? undefined : tryEncode(data);
  if (kept !== undefined) recorded.data = kept;
  return recorded;
}

function tryEncode(data: unknown): JsonValue | undefined {
  try {
    return encode(data);
  } catch (error) {
    if (error instanceof RondoError) return undefined;
    throw error;
  }
}
