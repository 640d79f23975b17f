/** Finds the metadata that an issuer publishes of itself (RFC 8414, OpenID Connect Discovery). */
import { type UnknownRecord, isRecord } from '../../../base/json/json.ts';
import { parseUrl } from '../../../base/parse-url.ts';
import { fetchJson, unexpected } from './fetch-json.ts';

const MAX_BYTES = 64 * 1024;

/** @throws IssuerUnavailable */
async function fetchIssuerMetadata(issuer: string): Promise<UnknownRecord> {
  for (const url of metadataUrls(issuer)) {
    const { status, body } = await fetchJson(url, MAX_BYTES);
    if (status >= 500) throw unexpected(url, `answered with status ${status}`);
    if (status !== 200 || !isRecord(body)) continue;
    if (body['issuer'] !== issuer) throw unexpected(url, 'is the metadata of another issuer');
    return body;
  }
  throw unexpected(issuer, 'publishes no metadata');
}

/** A URL in the metadata. @throws IssuerUnavailable */
export async function fetchEndpoint(issuer: string, member: string): Promise<string> {
  const { [member]: url } = await fetchIssuerMetadata(issuer);
  if (typeof url === 'string' && parseUrl(url) !== undefined) return url;
  throw unexpected(issuer, `publishes no ${member}`);
}

/** Where the metadata can be, in the order in which it is looked for. */
function metadataUrls(issuer: string): string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname.replace(/\/$/, '');
  const inserted = [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}/.well-known/openid-configuration${path}`,
  ];
  return path === ''
    ? inserted
    : [...inserted, `${origin}${path}/.well-known/openid-configuration`];
}
