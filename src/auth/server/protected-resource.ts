/** How clients find out where to get a token for a server (RFC 9728, A7). */
import { invalidOptions } from '../../base/errors.ts';
import { type OptionSet, readOptions } from '../../base/options/options.ts';
import { toResponse } from '../../http/check-head.ts';
import type { RequestHead } from '../../http/policy.ts';
import { WELL_KNOWN, metadataResponse } from '../../http/resource-metadata.ts';
import { areScopes } from '../../protocol/scopes.ts';
import { isIssuer, isResource } from './configured-url.ts';

/** What is published. An `authenticate` made by `bearer` has these members. */
export interface ProtectedResourceOptions {
  /** The URI of the server, as clients use it: `https://mcp.example.com/mcp`. */
  readonly resource: string;
  /** The issuer of the tokens that it accepts. */
  readonly issuer: string;
  /** The scopes that every request needs. Default: none. */
  readonly scopes?: readonly string[];
}

const OPTIONS: OptionSet<ProtectedResourceOptions> = {
  of: 'protectedResource()',
  table: { resource: isResource, issuer: isIssuer, scopes: areScopes },
  notes: { issuers: "It is 'issuer' here.", scopes_supported: "It is 'scopes' here." },
};

/** The metadata of a server, for frameworks that serve it themselves. */
export interface ProtectedResource {
  /** The paths at which it has to be served. */
  readonly paths: readonly string[];
  /** Where clients are sent to. */
  readonly url: string;
  /** The document itself. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Serves it, without looking at the path; it is the same for everybody. */
  readonly fetch: (request: RequestHead) => Promise<Response>;
}

/**
 * The metadata of a protected server, to be served at `paths` before authentication and without a check of
 * `Origin`. `serve` of `mcp-rondo/node` does that by itself for a server whose `http.authenticate` was
 * made by `bearer`.
 *
 * @throws RondoError `invalid_options`
 * @see https://www.rfc-editor.org/rfc/rfc9728
 */
export function protectedResource(of: ProtectedResourceOptions): ProtectedResource {
  return publicationOf(readOptions(OPTIONS, membersOf(of)));
}

/** @param of whose members have been checked @throws RondoError `invalid_options` */
export function publicationOf(of: ProtectedResourceOptions): ProtectedResource {
  const { resource, issuer, scopes = [] } = of;
  assertPublishable(of);
  const paths = pathsOf(resource);
  const metadata = {
    resource,
    authorization_servers: [issuer],
    ...(scopes.length > 0 && { scopes_supported: scopes }),
    bearer_methods_supported: ['header'],
  };
  const published = { paths, body: JSON.stringify(metadata) };
  return {
    paths,
    url: new URL(resource).origin + paths[0]!,
    metadata,
    fetch: async ({ method }) => toResponse(metadataResponse(method, published), {}),
  };
}

/** Below the path of the resource, and at the root, where some clients look. */
function pathsOf(resource: string): readonly string[] {
  const { pathname } = new URL(resource);
  return pathname === '/' ? [WELL_KNOWN] : [WELL_KNOWN + pathname, WELL_KNOWN];
}

/** An `authenticate` made by `bearer` is a function, and has more than is published. */
function membersOf(of: ProtectedResourceOptions): ProtectedResourceOptions {
  if (typeof of !== 'function') return of;
  const { resource, issuer, scopes } = of as ProtectedResourceOptions;
  return { resource, issuer, ...(scopes && { scopes }) };
}

function assertPublishable({ resource, issuer, scopes = [] }: ProtectedResourceOptions): void {
  if (resource === undefined || issuer === undefined) {
    throw invalidOptions('protectedResource() needs { resource, issuer }.');
  }
  if (scopes.includes('offline_access')) {
    throw invalidOptions(
      "'offline_access' is between a client and its authorization server: no server needs it.",
    );
  }
}
