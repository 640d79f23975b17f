import { isRecord } from '../base/json/json.ts';
import { brand } from '../base/brand.ts';
import type { ClientCapabilities } from './capabilities.ts';
import { ErrorCode, OldErrorCode } from './names/codes.ts';
import { SUPPORTED_VERSIONS } from './names/version.ts';

/**
 * A JSON-RPC error. A handler that throws it answers its request with exactly this error; a client
 * throws it when the server has answered with an error.
 */
export class RpcError extends Error {
  override readonly name: string = 'RpcError';
  /** An integer. Choose codes of your own outside -32768 to -32000, which JSON-RPC reserves. */
  readonly code: number;
  /** The error's `data`; `undefined` for none. */
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    if (!Number.isInteger(code)) throw new TypeError('RpcError: code must be an integer');
    this.code = code;
    this.data = data;
  }
}
brand(RpcError, 'RpcError');

/** There is no such resource, or none that the caller may see (RE-2). */
export class ResourceNotFound extends RpcError {
  constructor(uri: string) {
    super(ErrorCode.InvalidParams, 'Resource not found', { uri });
  }
}

export function invalidRequest(message: string): RpcError {
  return new RpcError(ErrorCode.InvalidRequest, message);
}

/** Also for a session that has expired, or is another caller's: which it is, is nobody's business. */
export function sessionNotFound(): RpcError {
  return new RpcError(OldErrorCode.SessionNotFound, 'Session not found');
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
    `The client did not declare a capability this request needs: ${namesOf(requiredCapabilities)}`,
    { requiredCapabilities },
  );
}

/** Each capability by its path: `elicitation.form, roots`. Hosts show messages, and not data. */
function namesOf(capabilities: ClientCapabilities): string {
  return Object.entries(capabilities)
    .flatMap(([name, members]) => {
      const parts = isRecord(members) ? Object.keys(members) : [];
      return parts.length === 0 ? [name] : parts.map((part) => `${name}.${part}`);
    })
    .join(', ');
}

export function unsupportedVersion(requested: string): RpcError {
  return new RpcError(ErrorCode.UnsupportedProtocolVersion, 'Unsupported protocol version', {
    supported: [...SUPPORTED_VERSIONS],
    requested,
  });
}

/** The answer to every failure inside the server. It carries no detail. */
export function internalError(data?: unknown): RpcError {
  return new RpcError(ErrorCode.InternalError, 'Internal error', data);
}
