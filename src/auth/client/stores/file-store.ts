import { nonEmptyText } from '../../../base/options/option-checks.ts';
import { type OptionSet, readOptions } from '../../../base/options/options.ts';
import type { AuthStore } from './auth-store.ts';

/** Options of {@link fileStore}. */
export interface FileStoreOptions {
  /** Default: `mcp-rondo/auth` in the user's folder for configuration. */
  readonly directory?: string;
}

const OPTIONS: OptionSet<FileStoreOptions> = {
  of: 'fileStore()',
  table: { directory: nonEmptyText },
};

/**
 * Keeps what a client got from authorization servers in files that only the user can read (0600, in a
 * directory of 0700). Several processes may have the same directory. On Node.
 *
 * @throws RondoError `invalid_options`
 */
export function fileStore(given: FileStoreOptions = {}): AuthStore {
  const { directory } = readOptions(OPTIONS, given);
  let opening: Promise<AuthStore> | undefined;
  // Loaded on demand: other runtimes have no files.
  const open = (): Promise<AuthStore> =>
    (opening ??= import('./node-files.ts').then(
      ({ FileAuthStore }) => new FileAuthStore(directory),
    ));
  return {
    get: async (key) => (await open()).get(key),
    set: async (key, value) => (await open()).set(key, value),
    delete: async (key) => (await open()).delete(key),
    lock: async (key, work) => (await open()).lock(key, work),
  };
}
