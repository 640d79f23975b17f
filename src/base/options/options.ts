/**
 * Options that a caller gives: which there are, and what each may be. An unknown member is refused
 * rather than ignored: a misspelled or misplaced `authenticate` would let everybody in.
 */
import { type RondoError, invalidOptions } from '../errors.ts';
import { isRecord } from '../json/json.ts';
import { type Members, isCollection, membersOf } from './members.ts';
import { nearest } from './nearest.ts';

/** What is wrong with an option's value, in words that follow its name; `undefined` for nothing. */
export type Check = (value: unknown) => string | undefined;

/** Every option of `T`, with the check of its value or the options under it. */
export type OptionTable<T> = {
  readonly [Name in keyof T]-?: IsWhole<NonNullable<T[Name]>> extends true
    ? Check
    : Check | OptionTable<NonNullable<T[Name]>>;
};

/** Values that have no options under them. */
type Whole = string | number | boolean | readonly unknown[] | ((...args: never[]) => unknown);

/** Members that the caller names are no options either. */
type IsWhole<T> = T extends Whole ? true : string extends keyof T ? true : false;

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
  /** Members without effect that are taken all the same, and what to say of them. */
  readonly ignored?: Readonly<Record<string, string>>;
}

/**
 * The options in `given`, each read once, as an object of their own: what was checked is what is
 * used, whatever getters answer later. Members that are `undefined` count as absent; inherited ones
 * count, and so do those that are not enumerable.
 *
 * @param onIgnored called for a member of `set.ignored`
 * @throws RondoError `invalid_options` for a member that is unknown or cannot be used
 */
export function readOptions<T>(
  set: OptionSet<T>,
  given: T,
  onIgnored?: (name: string, what: string) => void,
): T {
  if (!isRecord(given))
    throw invalidOptions(`The options of ${set.of} must be an object; {} for none.`);
  const reading: Reading = { set: set as OptionSet<never>, onIgnored };
  return readGroup(reading, set.table as unknown as AnyOptionTable, given, '') as T;
}

/** A group of options that can be switched off as a whole, with `false`. */
export function orFalse<T>(table: OptionTable<T>): OptionTable<T> {
  switchable.add(table);
  return table;
}

const switchable = new WeakSet<object>();

interface Reading {
  readonly set: OptionSet<never>;
  readonly onIgnored: ((name: string, what: string) => void) | undefined;
}

function readGroup(
  reading: Reading,
  table: AnyOptionTable,
  given: Members,
  group: string,
): Record<string, unknown> {
  const { of, ignored = {} } = reading.set;
  if (isCollection(given)) {
    const whose = group === '' ? `The options of ${of}` : `Option '${group}' of ${of}`;
    throw invalidOptions(`${whose} must be an object with members, not a collection.`);
  }
  const read: Record<string, unknown> = {};
  for (const [name, value] of membersOf(given)) {
    const path = pathOf(group, name);
    if (Object.hasOwn(table, name)) read[name] = readOption(reading, table[name]!, value, path);
    else if (!Object.hasOwn(ignored, path)) throw unknownOption(reading.set, table, group, name);
    else reading.onIgnored?.(path, ignored[path]!);
  }
  return read;
}

function readOption(
  reading: Reading,
  rule: Check | AnyOptionTable,
  value: unknown,
  path: string,
): unknown {
  const isGroup = typeof rule !== 'function';
  if (isGroup && isRecord(value)) return readGroup(reading, rule, value, path);
  if (isGroup && value === false && switchable.has(rule)) return value;
  const problem = isGroup ? mustBe(rule) : rule(value);
  if (problem === undefined) return value;
  throw invalidOptions(`Option '${path}' of ${reading.set.of} ${problem}.`);
}

function mustBe(group: AnyOptionTable): string {
  return switchable.has(group) ? 'must be an object or false' : 'must be an object';
}

function unknownOption(
  set: OptionSet<never>,
  table: AnyOptionTable,
  group: string,
  name: string,
): RondoError {
  const path = pathOf(group, name);
  const note = Object.hasOwn(set.notes ?? {}, path) ? set.notes![path] : undefined;
  const advice = note ?? adviceOn(name, Object.keys(table), optionsOf(set));
  return invalidOptions(`'${path}' is not an option of ${set.of}. ${advice}`);
}

/** An option by its name, and where it belongs. */
interface Known {
  readonly name: string;
  readonly where: string;
}

function adviceOn(name: string, beside: readonly string[], known: readonly Known[]): string {
  const same = known.find((option) => option.name === name);
  const begun = beside.find((option) => option.startsWith(name));
  if (same !== undefined && begun !== undefined)
    return `Did you mean '${begun}'? '${name}' itself belongs ${same.where}.`;
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
