/** Options of the grants that need no person (A24). */
import { invalidOptions } from '../../../base/errors.ts';
import {
  callable,
  having,
  listOf,
  nonEmptyText,
  record,
} from '../../../base/options/option-checks.ts';
import type { OptionTable } from '../../../base/options/options.ts';
import type { Asking } from '../fetching/asking.ts';
import type { GivenClient } from '../login/login-options.ts';
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

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

export const CREDENTIAL_OPTIONS: OptionTable<CredentialOptions> = {
  scopes: listOf('scopes', isText),
  store: having('get', 'set', 'delete', 'lock'),
  fetch: callable,
  allowHosts: listOf('host names', isText),
};

export const GIVEN_CLIENT: OptionTable<GivenClient> = {
  issuer: nonEmptyText,
  client_id: nonEmptyText,
  client_secret: nonEmptyText,
  privateKey: record,
  token_endpoint_auth_method: nonEmptyText,
};

/** @throws RondoError `invalid_options` */
export function assertGiven(of: string, value: object | undefined, ...names: string[]): void {
  const missing = names.filter((name) => !(value as Record<string, unknown> | undefined)?.[name]);
  if (missing.length > 0) throw invalidOptions(`${of} needs ${missing.join(' and ')}.`);
}
