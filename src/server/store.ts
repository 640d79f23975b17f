import { isRecord } from '../base/json.ts';
import type { Extension } from './extension.ts';

const EXTENSIONS: unique symbol = Symbol('extensions');

/** Where a server keeps what outlives a round. Made by `defineStore`. */
export interface Store {
  /** @internal What it adds to a server. */
  readonly [EXTENSIONS]: readonly Extension[];
  /** Seals anew, under the first key of the ring, what is stored under other keys. */
  rewrap(): Promise<void>;
  /** Lets go of connections and files. Close the server first, which does not close its store. */
  close(): Promise<void>;
}

/** A store that adds `extensions` to its server. */
export function storeWith(
  extensions: readonly Extension[],
  close: () => Promise<void> = async () => undefined,
): Store {
  return { [EXTENSIONS]: extensions, rewrap: async () => undefined, close };
}

/** What a store adds to its server; `undefined` for what is no store. */
export function extensionsOf(store: unknown): readonly Extension[] | undefined {
  return isRecord(store) ? (store as unknown as Store)[EXTENSIONS] : undefined;
}
