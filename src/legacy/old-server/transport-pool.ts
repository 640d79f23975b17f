import { isRecord } from '../../base/json/json.ts';
import type { Logger } from '../../base/logging/logger.ts';
import { ErrorCode } from '../../protocol/names/codes.ts';
import type { JsonRpcRequest } from '../../protocol/types/jsonrpc.ts';
import { MetaKey } from '../../protocol/names/meta.ts';
import type { Principal } from '../../protocol/principal.ts';
import { RpcError } from '../../protocol/rpc-error.ts';
import type { Connector } from './connecting/connector.ts';
import type { OldTransport } from './old-transport.ts';

/** Most sessions at once. */
const MAX_TRANSPORTS = 64;

/**
 * A session for each caller and each set of capabilities: callers must not see each other's, and a
 * session declares its capabilities when it begins. One that has been idle longest is ended for a new
 * one.
 */
export class TransportPool {
  readonly #logger: Logger;
  readonly #connect: () => Connector;
  readonly #transports = new Map<string, OldTransport>();

  constructor(logger: Logger, connect: () => Connector) {
    this.#logger = logger;
    this.#connect = connect;
  }

  /** @throws RpcError `-32603` if there are too many */
  async for(request: JsonRpcRequest, principal: Principal | undefined): Promise<OldTransport> {
    // Loaded on demand, as the client does.
    const { OldTransport } = await import('./old-transport.ts');
    const key = keyFor(request, principal);
    let transport = this.#transports.get(key);
    if (transport === undefined) {
      this.#makeRoom();
      transport = new OldTransport({ connector: this.#connect(), logger: this.#logger });
    }
    this.#transports.delete(key);
    this.#transports.set(key, transport);
    return transport;
  }

  async close(): Promise<void> {
    const all = [...this.#transports.values()];
    this.#transports.clear();
    await Promise.all(all.map((transport) => transport.close()));
  }

  #makeRoom(): void {
    if (this.#transports.size < MAX_TRANSPORTS) return;
    const idle = [...this.#transports].find(([, transport]) => transport.isIdle);
    if (idle === undefined) {
      throw new RpcError(ErrorCode.InternalError, 'Too many sessions', { retryable: true });
    }
    this.#transports.delete(idle[0]);
    void idle[1].close().catch(() => {});
  }
}

function keyFor({ params }: JsonRpcRequest, principal: Principal | undefined): string {
  const meta = params?.['_meta'];
  const capabilities = isRecord(meta) ? meta[MetaKey.clientCapabilities] : {};
  const { issuer, subject, bind = [] } = principal ?? {};
  return JSON.stringify([issuer, subject, bind, capabilities]);
}
