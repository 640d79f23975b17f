import { invalidOptions } from '../base/errors.ts';
import type { ExtendedServer } from '../server/extension.ts';

/**
 * What outlives the process is sealed with keys that do (K13).
 *
 * @throws RondoError `invalid_options`
 */
export function assertKeys(
  { isVolatile }: { readonly isVolatile: boolean },
  { hasKeys }: ExtendedServer,
): void {
  if (isVolatile || hasKeys) return;
  throw invalidOptions(
    'What is in a store is sealed with keys that outlive the process: set state.keys or ' +
      'RONDO_STATE_KEYS. `npx mcp-rondo keygen` makes a key.',
  );
}
