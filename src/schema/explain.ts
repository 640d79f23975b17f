import { MAX_PROBLEMS, problem } from './checked.ts';

/** What a validator says is wrong with a value. */
interface ValidationError {
  readonly instancePath: string;
  readonly message: string;
}

/** Longer arrays are not looked into: what `uniqueItems` reports grows with the square. */
const MAX_ARRAY = 1_000;

/** What is wrong with `value`, one line each, of which there may be ten. */
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
