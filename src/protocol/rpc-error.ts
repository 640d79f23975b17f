import { brand } from '../base/brand.ts';
import type { ClientCapabilities } from './capabilities.ts';
import { ErrorCode } from './codes.ts';
import { SUPPORTED_VERSIONS } from './version.ts';

/**
 * A JSON-RPC error. Thrown by an author it leaves as exactly this error; thrown by the client it
 * is what the server answered.
 */
export class RpcError extends Error {
  override readonly name: string = 'RpcError';
  /** An integer; own codes belong outside -32768 to -32000. */
  readonly code: number;
  /** Sent as the error's `data` when not `undefined`. */
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    if (!Number.isInteger(code)) throw new TypeError('RpcError: code must be an integer');
    this.code = code;
    this.data = data;
  }
}
brand(RpcError, 'RpcError');

export function invalidRequest(message: string): RpcError {
  return new RpcError(ErrorCode.InvalidRequest, message);
}

export function methodNotFound(method: string): RpcError {
  return new RpcError(ErrorCode.MethodNotFound, `Method not found: ${method}`);
}

export function invalidParams(message: string, data?: unknown): RpcError {
  return new RpcError(ErrorCode.InvalidParams, message, data);
}

export function headerMismatch(message: string): RpcError {
  return new RpcError(ErrorCode.HeaderMismatch, `Header mismatch: ${message}`);
}

export function missingCapability(requiredCapabilities: ClientCapabilities): RpcError {
  return new RpcError(
    ErrorCode.MissingRequiredClientCapability,
    'The client did not declare a capability this request needs',
    { requiredCapabilities },
  );
}

export function unsupportedVersion(requested: string): RpcError {
  return new RpcError(ErrorCode.UnsupportedProtocolVersion, 'Unsupported protocol version', {
    supported: [...SUPPORTED_VERSIONS],
    requested,
  });
}

/** The one answer to anything that went wrong on our side: no detail. */
export function internalError(data?: unknown): RpcError {
  return new RpcError(ErrorCode.InternalError, 'Internal error', data);
}
