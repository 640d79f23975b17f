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

/** `thrown instanceof Error`; false for what throws when it is looked at. */
export function isError(thrown: unknown): thrown is Error {
  return attempt(() => thrown instanceof Error) === true;
}

/** `String(value)`, also for the values that throw at it. */
export function textOf(value: unknown): string {
  return attempt(() => String(value)) ?? UNSHOWABLE;
}

/** The message of an error, the text of anything else. */
export function messageOf(thrown: unknown): string {
  return attempt(() => String(isError(thrown) ? thrown.message : thrown)) ?? UNSHOWABLE;
}

/** Our own errors explain themselves, others need their stack. For the log only. */
export function describeError(thrown: unknown): string {
  return attempt(() => describe(thrown)) ?? UNSHOWABLE;
}

function describe(thrown: unknown): string {
  if (thrown instanceof RondoError) return `${thrown.code}: ${thrown.message}`;
  return isError(thrown) ? `${thrown.stack ?? thrown.message}` : String(thrown);
}
