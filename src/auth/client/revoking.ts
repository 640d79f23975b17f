/** Forgets the tokens for a server, and has their issuer forget them (RFC 7009). */
import type { Authorizer } from './authorizer.ts';
import type { Grant } from './grants/grant.ts';
import { clientAuth } from './grants/client-identity.ts';
import { libraryOptions, loadOAuth } from './library/load-oauth.ts';
import type { KeptTarget, KeptTokens } from './stores/records.ts';

/** @returns whether there were any; and whether their issuer has been asked */
export async function forgetTokens(
  url: string,
  authorizer: Authorizer,
  grant: Grant,
): Promise<'none' | 'forgotten' | 'revoked'> {
  const { records } = authorizer;
  const target = await records.targets.get(url);
  const tokens = target && (await records.tokens.get(target));
  if (target === undefined) return 'none';
  // Forgotten first: whatever the issuer says, this client has them no more.
  await records.tokens.delete(target);
  await records.scopes.delete(target);
  await records.targets.delete(url);
  if (tokens === undefined) return 'none';
  const isRevoked = await revoke({ ...target, target: url }, tokens, authorizer, grant).catch(
    () => false,
  );
  return isRevoked ? 'revoked' : 'forgotten';
}

async function revoke(
  target: KeptTarget & { readonly target: string },
  tokens: KeptTokens,
  authorizer: Authorizer,
  grant: Grant,
): Promise<boolean> {
  const found = await authorizer.known(target);
  const identity = await grant.identity(found, tokens);
  const { server, fetch } = found;
  if (server.revocation_endpoint === undefined || identity === undefined) return false;
  const oauth = await loadOAuth();
  const auth = clientAuth(oauth, server, identity);
  const options = libraryOptions(oauth, fetch.forLibrary('the revocation'));
  const isRevoked = async (token: string): Promise<boolean> => {
    const client = { client_id: identity.client_id };
    const response = await oauth.revocationRequest(server, client, auth, token, options);
    return oauth.processRevocationResponse(response).then(
      () => true,
      () => false,
    );
  };
  const { refresh, access } = tokens;
  if (refresh === undefined) return isRevoked(access);
  // What lasts is the refresh token. Some issuers do not revoke access tokens that are signed: those
  // end by themselves, with it or soon after it (RFC 7009 section 2.2.1).
  const isDone = await isRevoked(refresh);
  await isRevoked(access).catch(() => false);
  return isDone;
}
