/** Verifies tokens by asking their issuer (RFC 7662, A5). */
import { invalidOptions } from '../../base/errors.ts';
import { isRecord } from '../../base/json/json.ts';
import { markMaker } from '../../base/options/made-functions.ts';
import { nonEmptyText } from '../../base/options/option-checks.ts';
import { type OptionSet, readOptions } from '../../base/options/options.ts';
import { ActiveTokens } from './active-tokens.ts';
import { asVerifier } from './bearer-options.ts';
import type { Claims } from './claims.ts';
import { isHttpUrl } from './configured-url.ts';
import { fetchJson, unexpected } from './issuer/fetch-json.ts';
import { InvalidTokenError } from './invalid-token-error.ts';
import { IssuerDocument } from './issuer/issuer-document.ts';
import { fetchEndpoint } from './issuer/issuer-metadata.ts';
import { saysItIsOther } from './jwt-profile.ts';
import type { TokenVerifier } from './token-verifier.ts';

/** Who this server is to the issuer. */
export interface IntrospectionClient {
  readonly client_id: string;
  readonly client_secret: string;
}

/** How an issuer is asked about tokens. */
export interface IntrospectionOptions {
  /** Sent as HTTP Basic. */
  readonly client: IntrospectionClient;
  /** Where the issuer is asked. Default: where its metadata says. */
  readonly introspectionUri?: string;
}

const INTROSPECTION_OPTIONS: OptionSet<IntrospectionOptions> = {
  of: 'introspection()',
  table: {
    client: { client_id: nonEmptyText, client_secret: nonEmptyText },
    introspectionUri: isHttpUrl,
  },
};

/**
 * Verifies tokens by asking their issuer. What it says of a token that is active counts for a minute at
 * most, and open streams ask again as often.
 *
 * @throws RondoError `invalid_options`
 * @see https://www.rfc-editor.org/rfc/rfc7662
 */
export function introspection(options: IntrospectionOptions): TokenVerifier {
  const read = readOptions(INTROSPECTION_OPTIONS, options);
  const { client_id, client_secret } = (read.client ?? {}) as Partial<IntrospectionClient>;
  if (client_id === undefined || client_secret === undefined) {
    throw invalidOptions('introspection() needs { client: { client_id, client_secret } }.');
  }
  const issuer = new Introspection(read);
  const active = new ActiveTokens();
  const verify: TokenVerifier = (token, context) =>
    active.claimsOf(context.issuer, token, async () => ({
      iss: context.issuer,
      ...(await issuer.ask(token, context.issuer)),
    }));
  return asVerifier(Object.assign(verify, { isRevocable: true }));
}
markMaker(introspection, 'introspection({ client })');

const MAX_BYTES = 64 * 1024;

class Introspection {
  readonly #options: IntrospectionOptions;
  /** By issuer: a verifier may be given to several servers. */
  readonly #endpoints = new Map<string, IssuerDocument<string>>();

  constructor(options: IntrospectionOptions) {
    this.#options = options;
  }

  /** @throws InvalidTokenError, IssuerUnavailable */
  async ask(token: string, issuer: string): Promise<Claims> {
    const url = this.#options.introspectionUri ?? (await this.#endpointOf(issuer).current());
    const { status, body } = await fetchJson(url, MAX_BYTES, {
      method: 'POST',
      headers: { authorization: basic(this.#options.client) },
      body: new URLSearchParams({ token, token_type_hint: 'access_token' }),
    });
    if (status !== 200) throw unexpected(url, `answered with status ${status}`);
    if (!isRecord(body) || typeof body['active'] !== 'boolean') {
      throw unexpected(url, 'did not say whether a token is active');
    }
    if (!body['active']) throw new InvalidTokenError('its issuer says that it is not active');
    if (saysItIsOther(body))
      throw new InvalidTokenError('its issuer says that it is no access token');
    return body as Claims;
  }

  #endpointOf(issuer: string): IssuerDocument<string> {
    let endpoint = this.#endpoints.get(issuer);
    if (endpoint === undefined) {
      endpoint = new IssuerDocument(() => fetchEndpoint(issuer, 'introspection_endpoint'));
      this.#endpoints.set(issuer, endpoint);
    }
    return endpoint;
  }
}

/** Id and secret are encoded as in forms (RFC 6749 section 2.3.1). */
function basic({ client_id, client_secret }: IntrospectionClient): string {
  const text = `${encodeURIComponent(client_id)}:${encodeURIComponent(client_secret)}`;
  return `Basic ${btoa(text)}`;
}
