/**
 * Options that a caller gives: which there are, and what each may be. An unknown member is refused
 * rather than ignored: a misspelled or misplaced `authenticate` would let everybody in.
 */
import { invalidOptions } from './errors.ts';
import { nearest } from './nearest.ts';

/** What is wrong with an option's value, in words that follow its name; `undefined` for nothing. */
export type Check = (value: unknown) => string | undefined;

/** Every option of `T`, with the check of its value or the options under it. */
export type OptionTable<T> = {
  readonly [Name in keyof T]-?: NonNullable<T[Name]> extends Whole
    ? Check
    : Check | OptionTable<NonNullable<T[Name]>>;
};

/** Values that have no options under them. */
type Whole = string | number | boolean | readonly unknown[] | ((...args: never[]) => unknown);

/** An {@link OptionTable} of any options. */
export interface AnyOptionTable {
  readonly [name: string]: Check | AnyOptionTable;
}

/** The options of one function or class. Declared once, beside their type. */
export interface OptionSet<T> {
  /** Whose options they are: `McpServer`, `serve()`. */
  readonly of: string;
  readonly table: OptionTable<T>;
  /** Options of others, by where they belong: 'in the options of serve()'. */
  readonly elsewhere?: Readonly<Record<string, AnyOptionTable>>;
  /** What to say of members that people bring along from another library. */
  readonly notes?: Readonly<Record<string, string>>;
}

/**
 * @throws RondoError `invalid_options` for a member of `given` that is unknown or cannot be used.
 */
export function assertOptions<T>(set: OptionSet<T>, given: T): void {
  const problem = optionsProblem(set, given);
  if (problem !== undefined) throw invalidOptions(problem);
}

/**
 * What is wrong with the first of the `given` members that is unknown or cannot be used. Members
 * that are `undefined` count as absent; inherited ones count, since they are read like others.
 */
export function optionsProblem<T>(set: OptionSet<T>, given: unknown): string | undefined {
  if (!isObject(given)) return `The options of ${set.of} must be an object.`;
  return problemIn(set as OptionSet<never>, set.table as unknown as AnyOptionTable, given, '');
}

type Members = Readonly<Record<string, unknown>>;

function problemIn(
  set: OptionSet<never>,
  table: AnyOptionTable,
  given: Members,
  group: string,
): string | undefined {
  for (const name in given) {
    if (given[name] === undefined || Object.hasOwn(table, name)) continue;
    return unknownOption(set, table, group, name);
  }
  for (const name in table) {
    const value = given[name];
    if (value === undefined) continue;
    const problem = valueProblem(set, table[name]!, value, group, name);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function valueProblem(
  set: OptionSet<never>,
  rule: Check | AnyOptionTable,
  value: unknown,
  group: string,
  name: string,
): string | undefined {
  const isGroup = typeof rule !== 'function';
  if (isGroup && isObject(value)) return problemIn(set, rule, value, pathOf(group, name));
  const problem = isGroup ? 'must be an object' : rule(value);
  return problem && `Option '${pathOf(group, name)}' of ${set.of} ${problem}.`;
}

function unknownOption(
  set: OptionSet<never>,
  table: AnyOptionTable,
  group: string,
  name: string,
): string {
  const path = pathOf(group, name);
  const advice = set.notes?.[path] ?? adviceOn(name, Object.keys(table), optionsOf(set));
  return `'${path}' is not an option of ${set.of}. ${advice}`;
}

/** An option by its name, and where it belongs. */
interface Known {
  readonly name: string;
  readonly where: string;
}

function adviceOn(name: string, beside: readonly string[], known: readonly Known[]): string {
  const same = known.find((option) => option.name === name);
  if (same !== undefined) return `It belongs ${same.where}.`;
  const similar = nearest(name, beside);
  if (similar !== undefined) return `Did you mean '${similar}'?`;
  const far = nearest(
    name,
    known.map((option) => option.name),
  );
  const meant = known.find((option) => option.name === far);
  if (meant !== undefined) return `Did you mean '${meant.name}', which belongs ${meant.where}?`;
  return `There are: ${beside.join(', ')}.`;
}

function optionsOf({ of, table, elsewhere = {} }: OptionSet<never>): Known[] {
  const others = Object.entries(elsewhere);
  return [
    ...optionsIn(table, '', `in the options of ${of} itself`),
    ...others.flatMap(([where, options]) => optionsIn(options, '', where)),
  ];
}

function optionsIn(table: AnyOptionTable, group: string, where: string): Known[] {
  return Object.entries(table).flatMap(([name, rule]) => {
    const path = pathOf(group, name);
    const under = typeof rule === 'function' ? [] : optionsIn(rule, path, `under '${path}'`);
    return [{ name, where }, ...under];
  });
}

function pathOf(group: string, name: string): string {
  return group === '' ? name : `${group}.${name}`;
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
