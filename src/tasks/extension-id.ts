import type { ClientCapabilities } from '../protocol/capabilities.ts';

import { TASKS_EXTENSION } from '../protocol/names/methods.ts';

/** What a client declares that can have tasks. */
export const NEEDS: ClientCapabilities = { extensions: { [TASKS_EXTENSION]: {} } };
