import type { ClientCapabilities } from '../protocol/capabilities.ts';

/** The extension's identifier. */
export const EXTENSION = 'io.modelcontextprotocol/tasks';

/** What a client declares that can have tasks. */
export const NEEDS: ClientCapabilities = { extensions: { [EXTENSION]: {} } };
