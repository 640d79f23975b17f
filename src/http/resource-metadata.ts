/** Where a protected server publishes how to get a token for it (RFC 9728). */
import { onlyGet, type Rejection } from './check-head.ts';

export const WELL_KNOWN = '/.well-known/oauth-protected-resource';

export interface ResourceMetadata {
  /** The paths at which it is published. */
  readonly paths: readonly string[];
  /** As JSON text. */
  readonly body: string;
}

/** Any page may read it, and any cache may keep it for an hour: it is the same for everybody. */
const PUBLIC: Readonly<Record<string, string>> = {
  'Access-Control-Allow-Origin': '*',
  'Cache-Control': 'public, max-age=3600',
};

const PREFLIGHT: Readonly<Record<string, string>> = {
  ...PUBLIC,
  'Access-Control-Allow-Methods': 'GET',
  // Clients send the version of MCP with this request too.
  'Access-Control-Allow-Headers': '*',
  'Access-Control-Max-Age': '3600',
};

/** The response to a request for it. */
export function metadataResponse(method: string, { body }: ResourceMetadata): Rejection {
  if (method === 'OPTIONS') return { status: 204, headers: PREFLIGHT, body: '' };
  if (method !== 'GET' && method !== 'HEAD') return onlyGet(PUBLIC);
  const headers = { ...PUBLIC, 'Content-Type': 'application/json' };
  return { status: 200, headers, body: method === 'HEAD' ? '' : body };
}
