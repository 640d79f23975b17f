/** Reads what an author registers, and how it is changed later. */
import { callable, flag } from '../../base/options/option-checks.ts';
import { type Check, type OptionTable, readOptions } from '../../base/options/options.ts';
import { invalidOptions } from '../../base/errors.ts';
import type { WarnOnce } from '../../base/logging/warn-once.ts';

/** The members of one kind of registration: those of its config, and its name, URI or template. */
export interface ConfigRules<Config> {
  readonly table: OptionTable<Config>;
  /** What to say of members that mean something elsewhere. */
  readonly notes: Readonly<Record<string, string>>;
  /** Members without effect here, which people bring along in whole configs, and why. */
  readonly ignored: Readonly<Record<string, string>>;
}

const needs = (store: string): string =>
  `It belongs to an extension that this server does not have: give McpServer a 'store'${store}.`;

const NEEDS_GUARD = needs(' with a guard');

/** Members that extensions read: without their extension they must not seem to work. */
const OF_EXTENSIONS = Object.fromEntries(
  'task withoutTasks aliases idempotencyKey'
    .split(' ')
    .map((name) => [name, needs(', such as memoryStore() of mcp-rondo')]),
);

/** What to say of members that no registration has. */
export const COMMON_NOTES: Readonly<Record<string, string>> = {
  ...OF_EXTENSIONS,
  replay: NEEDS_GUARD,
  interrupted: NEEDS_GUARD,
  scopeChallenge: "The scopes that it needs are its 'scopes' here.",
};

/**
 * @param of what is registered, for messages: "tool 'x'"
 * @param identity name, URI or template, as given beside `config`
 * @throws RondoError `invalid_options`
 */
export function readConfig<Config extends object>(
  of: string,
  { table, notes, ignored }: ConfigRules<Config>,
  identity: Partial<Config>,
  config: object,
  warn: WarnOnce,
): Config {
  const checks = table as Readonly<Record<string, Check>>;
  for (const [name, value] of Object.entries(identity)) {
    const problem = checks[name]!(value);
    if (problem !== undefined) throw invalidOptions(`The ${name} of ${of} ${problem}.`);
  }
  const rules = { of, table: { ...table, ...sameAs(identity) }, notes, ignored };
  return { ...readOptions(rules, config as Config, warnOf(of, warn)), ...identity };
}

/** What `update()` may change besides the config. */
export interface Updates {
  readonly enabled?: boolean;
  readonly callback?: unknown;
}

/** @throws RondoError `invalid_options` */
export function readUpdates<Config extends object>(
  of: string,
  { table, notes, ignored }: ConfigRules<Config>,
  updates: object,
  warn: WarnOnce,
): Partial<Config> & Updates {
  const rules = { of, table: { ...table, enabled: flag, callback: callable }, notes, ignored };
  return readOptions<object>(rules, updates, warnOf(of, warn));
}

/** @throws RondoError `invalid_options` */
export function assertCallback(of: string, callback: unknown): void {
  if (typeof callback === 'function') return;
  throw invalidOptions(`The callback of ${of} must be a function: it is the last argument.`);
}

/** A config that also has the name must have the same name. */
function sameAs(identity: object): Record<string, Check> {
  const checks = Object.entries(identity).map(([name, given]): [string, Check] => [
    name,
    (value) => (value === given ? undefined : 'is another than it is registered with'),
  ]);
  return Object.fromEntries(checks);
}

function warnOf(of: string, warn: WarnOnce): (name: string, why: string) => void {
  return (name, why) => warn(name, `'${name}' of ${of} has no effect. ${why}`);
}
