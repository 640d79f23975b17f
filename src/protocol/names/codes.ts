/**
 * The JSON-RPC error codes this revision defines.
 * `-32042` belongs to an earlier revision and is never sent.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/index#error-codes
 */
export const ErrorCode = {
  ParseError: -32700,
  InvalidRequest: -32600,
  MethodNotFound: -32601,
  InvalidParams: -32602,
  InternalError: -32603,
  HeaderMismatch: -32020,
  MissingRequiredClientCapability: -32021,
  UnsupportedProtocolVersion: -32022,
} as const;

/** Codes that only clients of earlier revisions get. */
export const OldErrorCode = {
  SessionNotFound: -32001,
  ResourceNotFound: -32002,
} as const;
