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

/** The message of an error, or of an object that has one; the text of anything else. */
export function messageOf(thrown: unknown): string {
  const hasMessage = isError(thrown) || typeof memberOf(thrown, 'message') === 'string';
  return (
    attempt(() => (hasMessage ? String((thrown as Error).message) : plainText(thrown))) ??
    UNSHOWABLE
  );
}

/** What is neither an error nor has a text of its own: by the names of its members. */
function plainText(thrown: unknown): string {
  const names = attempt(() => (isBare(thrown) ? Object.keys(thrown) : [])) ?? [];
  return names.length === 0 ? String(thrown) : `an object with ${names.slice(0, 8).join(', ')}`;
}

/** Whether its text would be "[object Object]", or none. */
function isBare(thrown: unknown): thrown is object {
  if (typeof thrown !== 'object' || thrown === null) return false;
  return (attempt(() => String(thrown)) ?? '[object ').startsWith('[object ');
}

function memberOf(thrown: unknown, name: string): unknown {
  return attempt(() => (isBare(thrown) ? (thrown as Record<string, unknown>)[name] : undefined));
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
  if (isError(thrown)) return `${thrown.stack ?? thrown.message}`;
  const code = memberOf(thrown, 'code');
  const coded = typeof code === 'string' || typeof code === 'number' ? ` (code ${code})` : '';
  const what = isBare(thrown) ? 'an object that is no Error: ' : '';
  return `${what}${messageOf(thrown)}${coded}`;
}
