import { mkdir, realpath } from 'node:fs/promises';
import { nonEmptyText, positive } from '../../base/options/option-checks.ts';
import { type OptionSet, readOptions } from '../../base/options/options.ts';
import { invalidOptions } from '../../base/errors.ts';
import type { Store } from '../../server/store.ts';
import { defineStore } from '../define-store.ts';
import type { Query } from '../sql/executor.ts';
import { openEmbedded } from './open-embedded.ts';
import { loadPglite } from './open-pglite.ts';
import { shareByName } from './shared.ts';

export interface EmbeddedStoreOptions {
  /** Where the data are. It is made if it is not there. Of this store alone. */
  readonly directory: string;
  /** How long the reply of a round that runs once is kept, in ms. Default 10 minutes. */
  readonly replyTtl?: number;
}

const OPTIONS: OptionSet<EmbeddedStoreOptions> = {
  of: 'embeddedStore()',
  table: { directory: nonEmptyText, replyTtl: positive },
};

/**
 * A store in a directory, for one process: PostgreSQL embedded, by the package
 * `@electric-sql/pglite`. Opening it again in the same process gives the same store.
 *
 * It survives the end of the process at any time. It does not promise to survive a loss of power.
 *
 * @example
 * ```ts
 * import { McpServer } from 'mcp-rondo';
 * import { embeddedStore } from 'mcp-rondo/embedded';
 *
 * const store = await embeddedStore({ directory: './tasks' });
 * const server = new McpServer({ name: 'reports', version: '1.0.0' }, { store });
 * server.registerTool('index', { task: 'always' }, (ctx) => ctx.step('index', () => 'Indexed.'));
 * ```
 *
 * @throws RondoError `directory_in_use` if another process has the directory, after 5 s;
 * `newer_format` if a newer version, or another PostgreSQL, has written it; `invalid_options`
 */
export async function embeddedStore(options: EmbeddedStoreOptions): Promise<Store> {
  const { directory, ...rest } = readOptions(OPTIONS, options);
  if (directory === undefined) throw invalidOptions('embeddedStore() needs a directory.');
  await loadPglite();
  await mkdir(directory, { recursive: true });
  const path = await realpath(directory);
  return openShared(path, rest);
}

async function openShared(
  path: string,
  options: Omit<EmbeddedStoreOptions, 'directory'>,
): Promise<Store> {
  const shared = await shareByName(path, () => openEmbedded(path));
  const { executor, ...parts } = shared.value;
  return defineStore<Query>({
    ...options,
    ...parts,
    transaction: (work) => executor.transaction(work),
    close: () => shared.close(),
  });
}
