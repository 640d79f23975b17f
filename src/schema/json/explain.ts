import { MAX_PROBLEMS, problem } from './checked.ts';

/** One problem, as the validator reports it. */
export interface ValidationError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message: string;
  readonly params: object;
}

export interface Validator {
  Check(value: unknown): boolean;
  Errors(value: unknown): [isValid: boolean, errors: readonly ValidationError[]];
}

/**
 * Longer arrays are not explained: the report of `uniqueItems` grows with the square of the length.
 */
const MAX_ARRAY = 1_000;

/** What is wrong with `value`, one line for each problem, at most {@link MAX_PROBLEMS}. */
export function explain(value: unknown, errors: () => readonly ValidationError[]): string[] {
  if (hasLongArray(value)) return ['it does not fit the schema'];
  return errors()
    .slice(0, MAX_PROBLEMS)
    .map(({ instancePath, message }) => problem(nameAt(instancePath), message));
}

function hasLongArray(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value) && value.length > MAX_ARRAY) return true;
  return Object.values(value).some(hasLongArray);
}

/** `address.city` for the pointer to a member of a member. */
function nameAt(pointer: string): string {
  return pointer.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~');
}
