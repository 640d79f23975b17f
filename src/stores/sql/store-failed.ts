import { RondoError } from '../../base/errors.ts';
import { messageOf } from '../../base/thrown.ts';

/**
 * Messages of these classes speak of the database, of who may use it, and of statements; others may quote
 * values.
 */
const WITHOUT_VALUES = /^(?:08|0A|25|28|3D|3F|40|42|53|54|55|57|58|XX)/;

const REFUSED = 'a value was refused';

/** Whether a database has refused a value: it says so, or {@link storeFailed} does. */
export function isRefusedValue(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (error instanceof RondoError) return String(message).includes(REFUSED);
  return typeof code === 'string' && /^2[23]...$/.test(code);
}

/** What a database has thrown, without what it says of values. */
export function storeFailed(database: string, error: unknown): RondoError<'store_failed'> {
  const { code } = error as { code?: unknown };
  const why =
    typeof code !== 'string' || code.length !== 5 || WITHOUT_VALUES.test(code)
      ? messageOf(error)
      : REFUSED;
  const named = typeof code === 'string' ? `${code}: ${why}` : why;
  return new RondoError('store_failed', `${database} could not do it (${named}).`);
}
