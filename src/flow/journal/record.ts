import type { JsonValue } from '../../protocol/json.ts';
import { textOf } from '../../protocol/logger.ts';
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
  if (!(thrown instanceof Error)) return { name: 'Error', message: textOf(thrown) };
  const recorded: { -readonly [K in keyof RecordedError]: RecordedError[K] } = {
    name: textOf(thrown.name),
    message: textOf(thrown.message),
  };
  const { code } = thrown as { code?: unknown };
  if (typeof code === 'string' || Number.isFinite(code)) recorded.code = code as string | number;
  const kept = tryEncode(() => (thrown as { data?: unknown }).data);
  if (kept !== undefined) recorded.data = kept;
  return recorded;
}

/** What has no recordable form, or throws when it is read, is left out. */
function tryEncode(read: () => unknown): JsonValue | undefined {
  try {
    const data = read();
    return data === undefined ? undefined : encode(data);
  } catch {
    return undefined;
  }
}
