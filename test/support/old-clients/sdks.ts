/** The official SDKs of earlier revisions, and what of them the tests need. */
import type { Client } from 'sdk-1.32/client/index.js';
import type { StdioClientTransport } from 'sdk-1.32/client/stdio.js';
import type { StreamableHTTPClientTransport } from 'sdk-1.32/client/streamableHttp.js';
import type * as types from 'sdk-1.32/types.js';

/** One of them. The older ones have no schema for what they do not know. */
export interface OldSdk {
  readonly Client: typeof Client;
  readonly StdioClientTransport: typeof StdioClientTransport;
  readonly StreamableHTTPClientTransport: typeof StreamableHTTPClientTransport;
  readonly CreateMessageRequestSchema: typeof types.CreateMessageRequestSchema;
  readonly ElicitRequestSchema?: typeof types.ElicitRequestSchema;
  readonly ListRootsRequestSchema: typeof types.ListRootsRequestSchema;
}

/** What is typed as the newest of them is: the older ones have the same names. */
type Modules = Promise<readonly unknown[]>;

const MODULES: Readonly<Record<string, () => Modules>> = {
  '1.12.3': () =>
    Promise.all([
      import('sdk-1.12/client/index.js'),
      import('sdk-1.12/client/stdio.js'),
      import('sdk-1.12/client/streamableHttp.js'),
      import('sdk-1.12/types.js'),
    ]),
  '1.17.5': () =>
    Promise.all([
      import('sdk-1.17/client/index.js'),
      import('sdk-1.17/client/stdio.js'),
      import('sdk-1.17/client/streamableHttp.js'),
      import('sdk-1.17/types.js'),
    ]),
  '1.22.0': () =>
    Promise.all([
      import('sdk-1.22/client/index.js'),
      import('sdk-1.22/client/stdio.js'),
      import('sdk-1.22/client/streamableHttp.js'),
      import('sdk-1.22/types.js'),
    ]),
  '1.25.3': () =>
    Promise.all([
      import('sdk-1.25/client/index.js'),
      import('sdk-1.25/client/stdio.js'),
      import('sdk-1.25/client/streamableHttp.js'),
      import('sdk-1.25/types.js'),
    ]),
  '1.32.2': () =>
    Promise.all([
      import('sdk-1.32/client/index.js'),
      import('sdk-1.32/client/stdio.js'),
      import('sdk-1.32/client/streamableHttp.js'),
      import('sdk-1.32/types.js'),
    ]),
};

export const OLD_SDKS: readonly string[] = Object.keys(MODULES);

export async function loadSdk(version: string): Promise<OldSdk> {
  return Object.assign({}, ...(await MODULES[version]!())) as OldSdk;
}
