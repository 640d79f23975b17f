/** Verifies access tokens that are signed (RFC 9068, A3). */
import { isRecord } from '../../base/json/json.ts';
import { markMaker } from '../../base/options/made-functions.ts';
import { listOf, notEmpty, oneOf } from '../../base/options/option-checks.ts';
import { type OptionSet, readOptions } from '../../base/options/options.ts';
import { attempt } from '../../base/thrown.ts';
import { asVerifier } from './bearer-options.ts';
import type { Claims } from './claims.ts';
import { isHttpUrl } from './configured-url.ts';
import { fetchJson, unexpected } from './issuer/fetch-json.ts';
import { InvalidTokenError } from './invalid-token-error.ts';
import { fetchEndpoint } from './issuer/issuer-metadata.ts';
import { ASYMMETRIC, type TokenType, assertHeader, assertNoOtherToken } from './jwt-profile.ts';
import { IssuerDocument } from './issuer/issuer-document.ts';
import { type Jose, loadJose } from './load-jose.ts';
import type { TokenContext, TokenVerifier } from './token-verifier.ts';

/** How signed tokens are verified. */
export interface JwtOptions {
  /** Where the issuer's keys are. Default: where its metadata says. */
  readonly jwksUri?: string;
  /**
   * `at+jwt`: tokens whose header says that they are access tokens. `any`: for issuers whose tokens do
   * not; what looks like an ID token is still refused. Default `at+jwt`.
   */
  readonly typ?: TokenType;
  /** The algorithms that are accepted, all of them asymmetric. Default: RS, PS, ES and EdDSA. */
  readonly algorithms?: readonly string[];
}

const JWT_OPTIONS: OptionSet<JwtOptions> = {
  of: 'jwt()',
  table: {
    jwksUri: isHttpUrl,
    typ: oneOf('at+jwt', 'any'),
    algorithms: notEmpty(
      listOf(`algorithms, of ${ASYMMETRIC.join(', ')}`, (name) =>
        ASYMMETRIC.includes(name as string),
      ),
    ),
  },
};

type Keys = ReturnType<Jose['createLocalJWKSet']>;
type KeyData = Parameters<Jose['createLocalJWKSet']>[0];

/**
 * Verifies tokens by the public keys of their issuer, which are fetched and kept. Needs the package
 * `jose`.
 *
 * @throws RondoError `invalid_options`
 * @see https://www.rfc-editor.org/rfc/rfc9068
 */
export function jwt(options: JwtOptions = {}): TokenVerifier {
  const verifier = new JwtVerifier(readOptions(JWT_OPTIONS, options));
  const verify: TokenVerifier = (token, context) => verifier.verify(token, context);
  return asVerifier(Object.assign(verify, { prepare: async () => void (await loadJose()) }));
}
markMaker(jwt, 'jwt()');

const MAX_KEY_BYTES = 256 * 1024;

/** Keys without an id that may fit one token: each costs a verification. */
const MOST_KEYS = 8;

const REFUSALS = {
  'unknown key': 'its key is not one of the keys of the issuer',
  'wrong signature': 'its signature is wrong',
};

class JwtVerifier {
  readonly #options: JwtOptions;
  readonly #algorithms: string[];
  /** By issuer: a verifier may be given to several servers. */
  readonly #keys = new Map<string, IssuerDocument<Keys>>();

  constructor(options: JwtOptions) {
    this.#options = options;
    this.#algorithms = [...(options.algorithms ?? ASYMMETRIC)];
  }

  /** Looks at the claims first: what is not for this server costs no keys. */
  async verify(token: string, context: TokenContext): Promise<Claims> {
    const jose = await loadJose();
    const claims = this.#readClaims(token, jose);
    context.assertClaims(claims);
    if (claims.exp === undefined) throw new InvalidTokenError('it never expires');
    await this.#verifySignature(token, this.#keysOf(context.issuer, jose), jose);
    return claims;
  }

  #readClaims(token: string, jose: Jose): Claims {
    const header = attempt(() => jose.decodeProtectedHeader(token));
    const claims = attempt(() => jose.decodeJwt(token));
    if (header === undefined || claims === undefined) {
      throw new InvalidTokenError('it is not a signed JWT');
    }
    const { typ = 'at+jwt' } = this.#options;
    assertHeader(header, this.#algorithms, typ);
    if (typ === 'any') assertNoOtherToken(claims as Claims);
    return claims as Claims;
  }

  async #verifySignature(token: string, set: IssuerDocument<Keys>, jose: Jose): Promise<void> {
    const keys = await set.current();
    const found = await this.#look(keys, token, jose);
    if (found === 'signed') return;
    // An issuer may give a new key the id of the old one, or none.
    const newer = await set.newerThan(keys).catch((error: unknown) => {
      if (found === 'unknown key') throw error;
      return undefined;
    });
    const now = newer === undefined ? found : await this.#look(newer, token, jose);
    if (now !== 'signed') throw new InvalidTokenError(REFUSALS[now]);
  }

  async #look(keys: Keys, token: string, jose: Jose): Promise<'signed' | keyof typeof REFUSALS> {
    const algorithms = this.#algorithms;
    try {
      await jose.compactVerify(token, keys, { algorithms });
      return 'signed';
    } catch (error) {
      if (error instanceof jose.errors.JWKSNoMatchingKey) return 'unknown key';
      if (error instanceof jose.errors.JWKSMultipleMatchingKeys) {
        if (await isSignedByAny(error, token, { algorithms }, jose)) return 'signed';
      }
      // What jose throws can have the token in it: it is not passed on.
      return 'wrong signature';
    }
  }

  #keysOf(issuer: string, jose: Jose): IssuerDocument<Keys> {
    let keys = this.#keys.get(issuer);
    if (keys === undefined) {
      keys = new IssuerDocument(() => fetchKeys(issuer, this.#options.jwksUri, jose));
      this.#keys.set(issuer, keys);
    }
    return keys;
  }
}

async function isSignedByAny(
  keys: AsyncIterable<CryptoKey>,
  token: string,
  options: { algorithms: string[] },
  jose: Jose,
): Promise<boolean> {
  let tried = 0;
  for await (const key of keys) {
    const verified = await jose.compactVerify(token, key, options).catch(() => undefined);
    if (verified !== undefined) return true;
    if (++tried === MOST_KEYS) return false;
  }
  return false;
}

/** @throws IssuerUnavailable */
async function fetchKeys(issuer: string, jwksUri: string | undefined, jose: Jose): Promise<Keys> {
  const url = jwksUri ?? (await fetchEndpoint(issuer, 'jwks_uri'));
  const { status, body } = await fetchJson(url, MAX_KEY_BYTES);
  if (status !== 200) throw unexpected(url, `answered with status ${status}`);
  const keys = isRecord(body)
    ? attempt(() => jose.createLocalJWKSet(body as unknown as KeyData))
    : undefined;
  if (keys === undefined) throw unexpected(url, 'has no set of keys');
  return keys;
}
