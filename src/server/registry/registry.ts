import { quote } from '../../base/quote.ts';
import { invalidOptions } from '../../base/errors.ts';

/** An item that is in its list while it is enabled. */
export interface Listed {
  readonly order: number;
  readonly enabled: boolean;
}

/** All registered items of one kind, in order of registration (TO-2). */
export class Registry<T extends Listed> {
  readonly #what: string;
  readonly #items = new Map<string, T>();
  readonly #onChange: () => void;
  readonly #isOffered: boolean;
  #added = 0;

  /**
   * @param what for messages: "Tool", "Prompt", …
   * @param onChange called whenever the list may have changed
   * @param isOffered whether there is such a list even if nothing is in it
   */
  constructor(what: string, onChange: () => void, isOffered = false) {
    this.#what = what;
    this.#onChange = onChange;
    this.#isOffered = isOffered;
  }

  /**
   * Whether anything has ever been registered, or there is a list without. If so, the capability is
   * advertised (VM-7).
   */
  get isUsed(): boolean {
    return this.#isOffered || this.#added > 0;
  }

  /**
   * Adds an item and returns its number in the list.
   *
   * @throws RondoError `invalid_options` if the key is taken
   */
  add(key: string, item: T): number {
    this.#assertFree(key);
    this.#items.set(key, item);
    this.#added++;
    this.changed();
    return this.#added;
  }

  /** Removes `item`, and not another that has been registered under the same key since. */
  remove(key: string, item: T): void {
    if (this.#items.get(key) !== item) return;
    this.#items.delete(key);
    this.changed();
  }

  /** @throws RondoError `invalid_options` if the new key is taken */
  rename(from: string, to: string, item: T): void {
    if (from === to || this.#items.get(from) !== item) return;
    this.#assertFree(to);
    this.#items.delete(from);
    this.#items.set(to, item);
  }

  /** The enabled item under `key`. */
  get(key: string): T | undefined {
    const item = this.#items.get(key);
    return item?.enabled ? item : undefined;
  }

  /** Enabled items, in order. */
  list(): T[] {
    return [...this.#items.values()]
      .filter((item) => item.enabled)
      .sort((a, b) => a.order - b.order);
  }

  changed(): void {
    this.#onChange();
  }

  #assertFree(key: string): void {
    if (this.#items.has(key))
      throw invalidOptions(
        `${this.#what} ${quote(key)} is registered already. Choose another name, or update() it.`,
      );
  }
}
