/** Verifies the tokens of callers (RFC 6750): the `authenticate` of a protected server (A1). */
import { callable, listOf, nonEmptyText, record } from '../../base/options/option-checks.ts';
import { invalidOptions } from '../../base/errors.ts';
import { type Check, type OptionSet, readOptions } from '../../base/options/options.ts';
import type { RequestHead } from '../../http/policy.ts';
import { withProtection } from '../../http/protection.ts';
import { areScopes, isScope } from '../../protocol/scopes.ts';
import { BearerAuthentication } from './bearer-authentication.ts';
import { isIssuer, isResource } from './configured-url.ts';
import type { Implies } from './implied-scopes.ts';
import type { Bind, TokenPrincipal } from './token-principal.ts';
import type { TokenVerifier } from './token-verifier.ts';

/** Whose tokens are accepted, and what is read of them. */
export interface BearerOptions {
  /**
   * The URI of this server, as clients use it: `https://mcp.example.com/mcp`. Tokens have to be issued
   * for it, to the character.
   */
  readonly resource: string;
  /** The issuer of the tokens, as it stands in them (`iss`), to the character. */
  readonly issuer: string;
  /** Other audiences (`aud`), for an issuer that does not know resources. Default: none. */
  readonly audience?: readonly string[];
  /** How a token is verified: `jwt()`, `introspection({ client })`, or a function of your own. */
  readonly verify: TokenVerifier;
  /** The scopes that every request needs; those of single tools are at `registerTool`. Default: none. */
  readonly scopes?: readonly string[];
  /** What else must stay the same during a flow, such as a tenant. Default: nothing. */
  readonly bind?: Bind;
  /** Scopes that include others: `{ 'files:write': ['files:read'] }`. Default: none do. */
  readonly implies?: Implies;
}

/** An `authenticate` that accepts the tokens of one issuer. */
export interface Bearer {
  (request: RequestHead): Promise<TokenPrincipal | Response>;
  readonly resource: string;
  readonly issuer: string;
  readonly scopes: readonly string[];
}

const areImplications: Check = (value) => {
  if (record(value) !== undefined) return 'must be an object of scopes by scope';
  const wrong = Object.entries(value as object).find(
    ([scope, others]) => !isScope(scope) || areScopes(others) !== undefined,
  );
  return wrong && `has '${wrong[0]}', which must be a scope, with an array of scopes`;
};

const BEARER_OPTIONS: OptionSet<BearerOptions> = {
  of: 'bearer()',
  table: {
    resource: isResource,
    issuer: isIssuer,
    audience: listOf('audiences', (each) => nonEmptyText(each) === undefined),
    verify: callable,
    scopes: areScopes,
    bind: callable,
    implies: areImplications,
  },
  notes: {
    audiences: "It is 'audience' here.",
    requiredScopes: "It is 'scopes' here.",
    verifier: "It is 'verify' here: a function that returns claims.",
  },
};

/**
 * Makes the `http.authenticate` of a server that accepts bearer tokens. Issuer, audience and times are
 * checked here, whoever verifies the token.
 *
 * @example
 * ```ts
 * import { McpServer } from 'mcp-rondo';
 * import { bearer, jwt } from 'mcp-rondo/auth';
 *
 * const authenticate = bearer({
 *   resource: 'https://mcp.example.com/mcp',
 *   issuer: 'https://auth.example.com',
 *   verify: jwt(),
 * });
 * export const server = new McpServer({ name: 'files', version: '1.0.0' }, { http: { authenticate } });
 * ```
 *
 * @throws RondoError `invalid_options`
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/authorization
 */
export function bearer(options: BearerOptions): Bearer {
  const read = readOptions(BEARER_OPTIONS, options);
  for (const name of ['resource', 'issuer', 'verify'] as const) {
    if (read[name] === undefined) throw invalidOptions(`bearer() needs '${name}'.`);
  }
  const { resource, issuer, scopes = [] } = read;
  const authentication = new BearerAuthentication(read);
  const authenticate = (request: RequestHead): Promise<TokenPrincipal | Response> =>
    authentication.authenticate(request);
  const named = Object.assign(authenticate, { resource, issuer, scopes: [...scopes] });
  return withProtection(named, authentication);
}
