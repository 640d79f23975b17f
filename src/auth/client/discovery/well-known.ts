/** Where metadata is published. */

const RESOURCE = '/.well-known/oauth-protected-resource';

/** The path without the `/` it may end in; empty for the root. */
function pathOf({ pathname }: URL): string {
  return pathname.replace(/\/$/, '');
}

/** Of a protected resource (RFC 9728 section 3.1). */
export function resourceMetadataUrl(resource: URL): string {
  return `${resource.origin}${RESOURCE}${pathOf(resource)}`;
}

/** Of a resource that does not say where it is: with its path, then at the root. */
export function resourceMetadataUrls(resource: URL): string[] {
  return [...new Set([resourceMetadataUrl(resource), resource.origin + RESOURCE])];
}

/** Of an issuer, in the order in which it is looked for (RFC 8414 section 3.1, A15). */
export function issuerMetadataUrls(issuer: URL): string[] {
  const path = pathOf(issuer);
  const { origin } = issuer;
  const inserted = [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}/.well-known/openid-configuration${path}`,
  ];
  if (path === '') return inserted;
  // Appended as it is: only where the path is inserted, its last slash goes.
  const appended = issuer.pathname.endsWith('/') ? issuer.pathname : `${issuer.pathname}/`;
  return [...inserted, `${origin}${appended}.well-known/openid-configuration`];
}
