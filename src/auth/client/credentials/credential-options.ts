/** Options of the grants that need no person (A24). */
import { invalidOptions } from '../../../base/errors.ts';
import { having } from '../../../base/options/option-checks.ts';
import type { OptionTable } from '../../../base/options/options.ts';
import { ASKING_OPTIONS, type Asking } from '../fetching/asking.ts';
import { areScopes } from '../login/given-client.ts';
import type { AuthStore } from '../stores/auth-store.ts';

/** What all grants without a person take. */
export interface CredentialOptions extends Asking {
  /** The scopes to ask for. Default: those of the server's challenge, else all that it names. */
  readonly scopes?: readonly string[];
  /** Default: in memory. */
  readonly store?: AuthStore;
  /**
   * Asks instead of Node's sockets: then what names resolve to is not judged. Default: Node's sockets,
   * else the global `fetch`.
   */
  readonly fetch?: typeof globalThis.fetch;
  /** Hosts of metadata and authorization servers that may be in a private network. Default: none. */
  readonly allowHosts?: readonly string[];
}

export const CREDENTIAL_OPTIONS: OptionTable<CredentialOptions> = {
  ...ASKING_OPTIONS,
  scopes: areScopes,
  store: having('get', 'set', 'delete', 'lock'),
};

/** @throws RondoError `invalid_options` */
export function assertGiven(of: string, value: object | undefined, ...names: string[]): void {
  const missing = names.filter((name) => !(value as Record<string, unknown> | undefined)?.[name]);
  if (missing.length > 0) throw invalidOptions(`${of} needs ${missing.join(' and ')}.`);
}
