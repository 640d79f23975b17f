/** `mcp-rondo/embedded`: a store in a directory, for one process. */
export { type EmbeddedStoreOptions, embeddedStore } from './embedded-store.ts';
export type { Store } from '../../server/store.ts';
