/** Grants without a person: they are asked for again when a token ends, and never fall back to another. */
import type { Discovered } from '../discovery/target.ts';
import type { Identity } from '../grants/identity.ts';
import type { Grant, GrantRequest } from '../grants/grant.ts';
import { type Granted, type TokenRequest, requestTokens } from '../grants/token-endpoint.ts';

/** How one of them asks. */
export interface CredentialGrantOptions {
  readonly issuer: string;
  readonly identity: Identity;
  readonly step: string;
  readonly scopes: readonly string[] | undefined;
  /** Sends the request, and says which secrets are in it. */
  prepare(): Promise<{
    readonly secrets: readonly string[];
    send(request: TokenRequest, parameters: URLSearchParams): Promise<Response>;
  }>;
}

export class CredentialGrant implements Grant {
  readonly pinned: string;
  readonly #options: CredentialGrantOptions;

  constructor(options: CredentialGrantOptions) {
    this.pinned = options.issuer;
    this.#options = options;
  }

  async obtain({ found, scopes: wanted }: GrantRequest): Promise<Granted> {
    const { identity, step, scopes = wanted } = this.#options;
    const { secrets, send } = await this.#options.prepare();
    const { tokens, ...rest } = await requestTokens(step, found, identity, secrets, (request) => {
      const parameters = new URLSearchParams({ resource: found.resource });
      if (scopes.length > 0) parameters.set('scope', scopes.join(' '));
      return send(request, parameters);
    });
    // The credentials are what is renewed with.
    const { refresh: _, ...kept } = tokens;
    return { tokens: kept, ...rest };
  }

  async identity(_found: Discovered): Promise<Identity> {
    return this.#options.identity;
  }

  async forgetClient(): Promise<void> {}
}
