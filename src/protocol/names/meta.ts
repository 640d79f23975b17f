/**
 * Reserved `_meta` keys.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/index#meta
 */
export const MetaKey = {
  protocolVersion: 'io.modelcontextprotocol/protocolVersion',
  clientInfo: 'io.modelcontextprotocol/clientInfo',
  clientCapabilities: 'io.modelcontextprotocol/clientCapabilities',
  logLevel: 'io.modelcontextprotocol/logLevel',
  subscriptionId: 'io.modelcontextprotocol/subscriptionId',
  serverInfo: 'io.modelcontextprotocol/serverInfo',
} as const;

const LABEL = '[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?';
const NAME = '[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?';
const META_KEY = new RegExp(`^(?:(?<prefix>${LABEL}(?:\\.${LABEL})*)/)?(?:${NAME})?$`);
const PREFIX = new RegExp(`^(${LABEL}(?:\\.${LABEL})*)/`);

/** Whether `key` follows the `_meta` key grammar (EN-14). */
export function isMetaKey(key: string): boolean {
  return key !== '' && META_KEY.test(key);
}

/**
 * Whether `key` has a prefix of somebody else's, and any name behind it. In a prefix whose second
 * label is `modelcontextprotocol` or `mcp`, the name is the protocol's own.
 */
export function isNamedFreely(key: string): boolean {
  const prefix = PREFIX.exec(key)?.[1];
  return prefix !== undefined && !/^[^.]+\.(?:modelcontextprotocol|mcp)(?:\.|$)/i.test(prefix);
}

/** Whether `id` can name an extension: a `_meta` key with a prefix (VM-8). */
export function isExtensionId(id: string): boolean {
  return isMetaKey(id) && id.includes('/') && !id.endsWith('/');
}
