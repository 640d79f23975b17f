import type { Registry } from './registry.ts';

/** What differs between tools, prompts and resources when they are registered. */
export interface Kind<Config, Definition> {
  /** For messages: "Tool", "Prompt", … */
  readonly what: string;
  /** The key in the registry: a name or a URI. */
  keyOf(config: Config): string;
  /** Computes once what every request needs. @throws RondoError for a config that cannot be used */
  define(config: Config): Definition;
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
  #definition: Definition;
  #callback: Callback;
  #enabled = true;

  constructor(
    registry: Registry<Registration<Config, Definition, Callback>>,
    kind: Kind<Config, Definition>,
    config: Config,
    callback: Callback,
  ) {
    this.#registry = registry;
    this.#kind = kind;
    this.#config = config;
    this.#definition = kind.define(config);
    this.#callback = callback;
    this.order = registry.add(this.key, this);
  }

  get key(): string {
    return this.#kind.keyOf(this.#config);
  }

  get definition(): Definition {
    return this.#definition;
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
    const { enabled = this.#enabled, callback = this.#callback, ...changes } = updates;
    const given = Object.entries(changes).filter(([, value]) => value !== undefined);
    const config = { ...this.#config, ...Object.fromEntries(given) } as Config;
    const definition = this.#kind.define(config);
    this.#registry.rename(this.key, this.#kind.keyOf(config), this);
    this.#config = config;
    this.#definition = definition;
    this.#callback = callback;
    this.#setEnabled(enabled);
  }

  #setEnabled(enabled: boolean): void {
    this.#enabled = enabled;
    this.#registry.changed();
  }
}
