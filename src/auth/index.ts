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
export { oauth } from './client/oauth.ts';
export type { LoginRequest, OAuth } from './client/oauth.ts';
export type { ClientAuthorization } from './client/client-authorization.ts';
export type {
  DeviceCode,
  GivenClient,
  LoginContext,
  OAuthOptions,
  Redirect,
} from './client/login/login-options.ts';
export type { Identity, PrivateKey, SigningKey } from './client/grants/identity.ts';
export { discover } from './client/discovery/discover.ts';
export type { Asking } from './client/fetching/asking.ts';
export type { Discovery } from './client/discovery/discover.ts';
export { clientCredentials } from './client/credentials/client-credentials.ts';
export type { ClientCredentialsOptions } from './client/credentials/client-credentials.ts';
export { jwtBearer } from './client/credentials/jwt-bearer.ts';
export type { JwtBearerOptions } from './client/credentials/jwt-bearer.ts';
export type { CredentialOptions } from './client/credentials/credential-options.ts';
export { fileStore } from './client/stores/file-store.ts';
export type { FileStoreOptions } from './client/stores/file-store.ts';
export { memoryAuthStore } from './client/stores/memory-store.ts';
export type { AuthStore } from './client/stores/auth-store.ts';
export {
  AuthorizationError,
  InsufficientScopeError,
  LoginRequiredError,
} from './client/failures/authorization-error.ts';
export type { Authorize } from '../http/client/authorization.ts';
export type { Challenge } from '../http/client/challenge.ts';
export type { HeadersFunction } from '../http/client/options.ts';
export type { OwnHeaders } from '../http/client/own-headers.ts';
export { RondoError } from '../base/errors.ts';
export type { RondoErrorCode } from '../base/errors.ts';
export type { RequestHead } from '../http/policy.ts';
export type { Principal } from '../protocol/principal.ts';
