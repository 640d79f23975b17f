/**
 * Describes what was thrown. Author code can throw anything: a proxy, a revoked one, an error whose
 * `message` is a getter that throws. Nothing here throws.
 */
import { RondoError } from './errors.ts';

const UNSHOWABLE = 'something that cannot be shown';

/** What `read` returns; `undefined` where it throws. */
export function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** `thrown instanceof Error`; false for a value that throws when it is inspected. */
export function isError(thrown: unknown): thrown is Error {
  return attempt(() => thrown instanceof Error) === true;
}

/** `String(value)`; a fixed text for values that throw at it. */
export function textOf(value: unknown): string {
  return attempt(() => String(value)) ?? UNSHOWABLE;
}

/** The message of an error, the text of anything else. */
export function messageOf(thrown: unknown): string {
  return attempt(() => String(isError(thrown) ? thrown.message : thrown)) ?? UNSHOWABLE;
}

/** Name and message of an error, the text of anything else. */
export function nameAndMessage(thrown: unknown): string {
  const name = isError(thrown) ? attempt(() => String(thrown.name)) : undefined;
  return name === undefined ? messageOf(thrown) : `${name}: ${messageOf(thrown)}`;
}

/** For the log only: code and message of our own errors, the stack of all others. */
export function describeError(thrown: unknown): string {
  return attempt(() => describe(thrown)) ?? UNSHOWABLE;
}

function describe(thrown: unknown): string {
  if (thrown instanceof RondoError) return `${thrown.code}: ${thrown.message}`;
  return isError(thrown) ? `${thrown.stack ?? thrown.message}` : String(thrown);
}
