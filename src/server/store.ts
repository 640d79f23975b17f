import { isRecord } from '../base/json/json.ts';
import type { Extend, Extension } from './extension.ts';

const EXTENSIONS: unique symbol = Symbol('extensions');

/** Where a server keeps what outlives a round. Made by `defineStore`. */
export interface Store {
  /** @internal What it adds to each server. */
  readonly [EXTENSIONS]: Extend;
  /**
   * Seals anew, under the first key of its server's ring, what is stored under other keys. Call it
   * once a server has the store, which goes on meanwhile.
   *
   * @throws RondoError `unreadable_journal` for what is damaged, or under a key that is not in the ring: all else is
   *   sealed anew by then; `store_failed`
   */
  rewrap(): Promise<void>;
  /** Lets go of connections and files. Close the server first, which does not close its store. */
  close(): Promise<void>;
}

/** What makes rounds run once, where it is no part of the server's store. */
export interface Guard {
  readonly type: 'guard';
  /** @internal What it adds to each server. */
  readonly [EXTENSIONS]: Extend;
}

/** A store that adds `extensions` to its only server. */
export function storeWith(extensions: readonly Extension[]): Store {
  const nothing = async (): Promise<void> => undefined;
  return storeThat(() => extensions, { rewrap: nothing, close: nothing });
}

/** A store that extends each of its servers. */
export function storeThat(extend: Extend, { rewrap, close }: Omit<Store, symbol>): Store {
  return { [EXTENSIONS]: extend, rewrap, close };
}

/** A guard that extends each of its servers. */
export function guardThat(extend: Extend): Guard {
  return { type: 'guard', [EXTENSIONS]: extend };
}

/** What a store or a guard adds to its server; `undefined` for what is neither. */
export function extensionsOf(store: unknown): Extend | undefined {
  return isRecord(store) ? (store as unknown as Store)[EXTENSIONS] : undefined;
}

/** Whether it was made by {@link guardThat}, and is no store. */
export function isGuardOnly(value: unknown): boolean {
  return extensionsOf(value) !== undefined && (value as unknown as Guard).type === 'guard';
}
