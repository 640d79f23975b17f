/** Uses what a login before has left, and begins none. */
import type { Discovered } from '../discovery/target.ts';
import type { Identity } from '../grants/identity.ts';
import type { Grant, GrantRequest } from '../grants/grant.ts';
import type { Granted } from '../grants/token-endpoint.ts';
import type { KeptTokens, Records } from '../stores/records.ts';
import { KnownClients } from './known-clients.ts';

export class StoredGrant implements Grant {
  readonly pinned = undefined;
  readonly #clients: KnownClients;
  readonly #missing: (request: GrantRequest) => Error;

  /** @param missing makes the error where a person has to log in */
  constructor(records: Records, missing: (request: GrantRequest) => Error) {
    this.#clients = new KnownClients({ redirect: 'defer', redirectUri: '' }, records);
    this.#missing = missing;
  }

  async obtain(request: GrantRequest): Promise<Granted> {
    throw this.#missing(request);
  }

  identity(found: Discovered, tokens: KeptTokens): Promise<Identity | undefined> {
    return this.#clients.ofTokens(found, tokens);
  }

  forgetClient(issuer: string): Promise<void> {
    return this.#clients.forget(issuer);
  }
}
