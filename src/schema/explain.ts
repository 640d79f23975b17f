import { MAX_PROBLEMS, problem } from './checked.ts';

/** One problem, as the validator reports it. */
interface ValidationError {
  readonly instancePath: string;
  readonly message: string;
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
    .map(({ instancePath, message }) =>
      problem(instancePath.slice(1).replaceAll('/', '.'), message),
    );
}

function hasLongArray(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value) && value.length > MAX_ARRAY) return true;
  return Object.values(value).some(hasLongArray);
}
