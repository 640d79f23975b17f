/** Verifies the tokens of callers (RFC 6750): the `authenticate` of a protected server (A1). */
import { markFor, markMaker } from '../../base/options/made-functions.ts';
import type { RequestHead } from '../../http/policy.ts';
import { withProtection } from '../../http/protection.ts';
import { BearerAuthentication } from './bearer-authentication.ts';
import { type BearerOptions, readBearerOptions } from './bearer-options.ts';
import type { TokenPrincipal } from './token-principal.ts';

/** An `authenticate` that accepts the tokens of one issuer. */
export interface Bearer {
  (request: RequestHead): Promise<TokenPrincipal | Response>;
  readonly resource: string;
  readonly issuer: string;
  readonly scopes: readonly string[];
}

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
  const read = readBearerOptions(options);
  const { resource, issuer, scopes = [] } = read;
  const authentication = new BearerAuthentication(read);
  const authenticate = (request: RequestHead): Promise<TokenPrincipal | Response> =>
    authentication.authenticate(request);
  const named = Object.assign(authenticate, { resource, issuer, scopes: [...scopes] });
  return withProtection(markFor(named, "'http.authenticate'"), authentication);
}
markMaker(bearer, 'bearer({ resource, issuer, verify })');
