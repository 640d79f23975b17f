import { ErrorCode } from '../../protocol/names/codes.ts';
import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import { Method } from '../../protocol/names/methods.ts';
import { RpcError } from '../../protocol/rpc-error.ts';
import { PROTOCOL_VERSION } from '../../protocol/names/version.ts';
import type { CallOptions } from './call-options.ts';
import type { RequestSender } from './request-sender.ts';
import type { KnownTools } from './known-tools.ts';

/**
 * Retries once if the server rejected the request before running it, for a reason that the client
 * can fix: outdated mirrored headers, or a version error that lists our version (HC-6, HC-8,
 * HC-11).
 */
export class RepairingSender {
  readonly #sender: RequestSender;
  readonly #tools: KnownTools;
  readonly #reloadTools: (options: CallOptions) => Promise<unknown>;

  constructor(
    sender: RequestSender,
    tools: KnownTools,
    reloadTools: (options: CallOptions) => Promise<unknown>,
  ) {
    this.#sender = sender;
    this.#tools = tools;
    this.#reloadTools = reloadTools;
  }

  /** @throws as `Caller.call` */
  async send(method: string, params: UnknownRecord, options: CallOptions): Promise<UnknownRecord> {
    try {
      return await this.#once(method, params, options);
    } catch (error) {
      if (!(await this.#repair(method, error, options))) throw error;
      return this.#once(method, params, options);
    }
  }

  #once(method: string, params: UnknownRecord, options: CallOptions): Promise<UnknownRecord> {
    const headers = method === Method.callTool ? this.#tools.headersFor(params) : undefined;
    return this.#sender.send({ method, params, headers }, options);
  }

  async #repair(method: string, error: unknown, options: CallOptions): Promise<boolean> {
    if (!(error instanceof RpcError)) return false;
    if (error.code === ErrorCode.UnsupportedProtocolVersion) return listsOurs(error.data);
    if (error.code !== ErrorCode.HeaderMismatch || method !== Method.callTool) return false;
    const { signal, timeout, maxTimeout } = options;
    await this.#reloadTools({
      ...(signal && { signal }),
      ...(timeout !== undefined && { timeout }),
      ...(maxTimeout !== undefined && { maxTimeout }),
      cache: 'reload',
    });
    return true;
  }
}

/** Whether a server refuses our version and lists it as supported: some servers do (T26). */
function listsOurs(data: unknown): boolean {
  const supported = isRecord(data) ? data['supported'] : undefined;
  return Array.isArray(supported) && supported.includes(PROTOCOL_VERSION);
}
