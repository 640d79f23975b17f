// The whole public surface of `mcp-rondo/auth`: an explicit list, one name at a time.

export { bearer } from './server/bearer.ts';
export type { Bearer } from './server/bearer.ts';
export type { BearerOptions } from './server/bearer-options.ts';
export { jwt } from './server/jwt.ts';
export type { JwtOptions } from './server/jwt.ts';
export type { TokenType } from './server/jwt-profile.ts';
export { introspection } from './server/introspection.ts';
export type { IntrospectionClient, IntrospectionOptions } from './server/introspection.ts';
export { protectedResource } from './server/protected-resource.ts';
export type { ProtectedResource, ProtectedResourceOptions } from './server/protected-resource.ts';
export { InvalidTokenError } from './server/invalid-token-error.ts';
export type { Claims } from './server/claims.ts';
export type { Bind, TokenPrincipal } from './server/token-principal.ts';
export type { Implies } from './server/implied-scopes.ts';
export type { TokenContext, TokenVerifier } from './server/token-verifier.ts';
export { RondoError } from '../base/errors.ts';
export type { RondoErrorCode } from '../base/errors.ts';
export type { RequestHead } from '../http/policy.ts';
export type { Principal } from '../protocol/principal.ts';
