import type { Wrapper } from '../extension.ts';
import { quote } from '../../base/quote.ts';
import { type ConfigRules, assertCallback, readConfig, readUpdates } from './registered-config.ts';
import type { WarnOnce } from '../../base/logging/warn-once.ts';
import type { Registry } from './registry.ts';

/** What differs between tools, prompts and resources when they are registered. */
export interface Kind<Config, Definition> {
  /** For messages: "Tool", "Prompt", … */
  readonly what: string;
  readonly rules: ConfigRules<Config>;
  readonly warn: WarnOnce;
  /** The key in the registry: a name or a URI. */
  keyOf(config: Config): string;
  /** Computes once what every request needs. @throws RondoError for a config that cannot be used */
  define(config: Config): Definition;
  /**
   * What extensions do around calls of it. Default: nothing.
   *
   * @param was its key before an update
   */
  wrap?(config: Config, was?: string): Wrapper | undefined;
}

/**
 * The handle of something that is registered. Each change to it updates the list that clients see,
 * and is reported to the clients that listen for changes of that list.
 */
export interface Registered<Config extends object, Callback> {
  /** Whether it is in the list and can be used. `true` until `disable()`. */
  readonly enabled: boolean;
  enable(): void;
  /** Removes it from the list until `enable()`: for clients it does not exist. */
  disable(): void;
  /** Removes it for good. Its name or URI can be registered again. */
  remove(): void;
  /**
   * Changes its config or callback. Members that are left out, or `undefined`, stay as they are.
   *
   * @throws RondoError `invalid_options`, `invalid_schema`; then nothing has changed
   */
  update(
    updates: Partial<Config> & { name?: string; enabled?: boolean; callback?: Callback },
  ): void;
}

/** A registered tool, prompt, resource or template inside the server. */
export class Registration<Config extends object, Definition, Callback> implements Registered<
  Config,
  Callback
> {
  /** Its number in the list, never used twice: cursors contain it, so they stay valid (PA-2). */
  readonly order: number;
  readonly #registry: Registry<Registration<Config, Definition, Callback>>;
  readonly #kind: Kind<Config, Definition>;
  #config: Config;
  #key: string;
  #definition: Definition;
  #wrapper: Wrapper | undefined;
  #callback: Callback;
  #enabled = true;

  constructor(
    registry: Registry<Registration<Config, Definition, Callback>>,
    kind: Kind<Config, Definition>,
    identity: Partial<Config>,
    config: object,
    callback: Callback,
  ) {
    const of = describe(kind, Object.values(identity)[0]);
    this.#registry = registry;
    this.#kind = kind;
    this.#config = readConfig(of, kind.rules, identity, config, kind.warn);
    assertCallback(of, callback);
    this.#key = kind.keyOf(this.#config);
    this.#definition = kind.define(this.#config);
    this.#wrapper = kind.wrap?.(this.#config);
    this.#callback = callback;
    this.order = registry.add(this.key, this);
  }

  get key(): string {
    return this.#key;
  }

  get definition(): Definition {
    return this.#definition;
  }

  /** What extensions do around calls of it. */
  get wrapper(): Wrapper | undefined {
    return this.#wrapper;
  }

  get callback(): Callback {
    return this.#callback;
  }

  get enabled(): boolean {
    return this.#enabled;
  }

  enable(): void {
    this.#setEnabled(true);
  }

  disable(): void {
    this.#setEnabled(false);
  }

  remove(): void {
    this.#registry.remove(this.key, this);
  }

  update(updates: Partial<Config> & { enabled?: boolean; callback?: Callback }): void {
    const { rules, warn } = this.#kind;
    const given = readUpdates(describe(this.#kind, this.key), rules, updates, warn);
    const { enabled = this.#enabled, callback = this.#callback, ...changes } = given;
    const config = { ...this.#config, ...changes } as Config;
    const definition = this.#kind.define(config);
    const wrapper = this.#kind.wrap?.(config, this.#key);
    const key = this.#kind.keyOf(config);
    this.#registry.rename(this.#key, key, this);
    this.#config = config;
    this.#key = key;
    this.#definition = definition;
    this.#wrapper = wrapper;
    this.#callback = callback as Callback;
    this.#setEnabled(enabled);
  }

  #setEnabled(enabled: boolean): void {
    this.#enabled = enabled;
    this.#registry.changed();
  }
}

/** For messages: "tool 'x'". */
function describe(kind: { readonly what: string }, key: unknown): string {
  const what = kind.what.toLowerCase();
  return typeof key === 'string' ? `${what} ${quote(key)}` : `a ${what}`;
}
