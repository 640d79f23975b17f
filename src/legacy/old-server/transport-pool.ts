import { isRecord } from '../../base/json/json.ts';
import type { Logger } from '../../base/logging/logger.ts';
import { ErrorCode } from '../../protocol/names/codes.ts';
import type { JsonRpcRequest } from '../../protocol/types/jsonrpc.ts';
import { MetaKey } from '../../protocol/names/meta.ts';
import type { Principal } from '../../protocol/principal.ts';
import { RpcError } from '../../protocol/rpc-error.ts';
import type { Connector } from './connecting/connector.ts';
import type { OldTransport } from './old-transport.ts';

/** Most sessions at once: of all callers, and of one. */
const MAX_TRANSPORTS = 64;
const MAX_OF_ONE = 16;

/** How long a call may wait for its client, in ms: as long as a state of this revision, by default. */
const PATIENCE = 3_600_000;

interface Entry {
  readonly caller: string;
  readonly transport: OldTransport;
  /** How many requests it serves. One of them may still begin its session. */
  requests: number;
}

/**
 * A session for each caller and each set of capabilities: callers must not see each other's, and a
 * session declares its capabilities when it begins. For a new one, the one that has been idle longest
 * is ended, or else the one that has waited longest for its client: most of these do not come back.
 */
export class TransportPool {
  readonly #logger: Logger;
  readonly #connect: () => Connector;
  readonly #entries = new Map<string, Entry>();

  constructor(logger: Logger, connect: () => Connector) {
    this.#logger = logger;
    this.#connect = connect;
  }

  /**
   * Serves a request over the session that is for it.
   *
   * @throws RpcError `-32603` if there are too many; what `serve` throws
   */
  async use<T>(
    request: JsonRpcRequest,
    principal: Principal | undefined,
    serve: (transport: OldTransport) => Promise<T>,
  ): Promise<T> {
    // Loaded on demand, as the client does.
    const { OldTransport } = await import('./old-transport.ts');
    const entry = this.#entryFor(request, principal, OldTransport);
    entry.requests++;
    try {
      return await serve(entry.transport);
    } finally {
      entry.requests--;
    }
  }

  async close(): Promise<void> {
    const all = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.all(all.map(({ transport }) => transport.close()));
  }

  #entryFor(
    request: JsonRpcRequest,
    principal: Principal | undefined,
    Transport: typeof OldTransport,
  ): Entry {
    const caller = callerOf(principal);
    const key = JSON.stringify([caller, capabilitiesIn(request)]);
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      this.#makeRoom(caller);
      const options = { connector: this.#connect(), logger: this.#logger, patience: PATIENCE };
      entry = { caller, transport: new Transport(options), requests: 0 };
    }
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  #makeRoom(caller: string): void {
    const all = [...this.#entries];
    const own = all.filter(([, entry]) => entry.caller === caller);
    if (own.length >= MAX_OF_ONE) this.#endOneOf(own);
    else if (all.length >= MAX_TRANSPORTS) this.#endOneOf(all);
  }

  #endOneOf(entries: readonly [string, Entry][]): void {
    const unused = entries.filter(([, { requests }]) => requests === 0);
    const ended = unused.find(([, { transport }]) => !transport.hasOpenCalls) ?? unused[0];
    if (ended === undefined) {
      throw new RpcError(ErrorCode.InternalError, 'Too many sessions', { retryable: true });
    }
    const [key, { transport }] = ended;
    this.#entries.delete(key);
    void transport.close().catch(() => {});
  }
}

function callerOf(principal: Principal | undefined): string {
  const { issuer, subject, bind = [] } = principal ?? {};
  return JSON.stringify([issuer, subject, bind]);
}

function capabilitiesIn({ params }: JsonRpcRequest): unknown {
  const meta = params?.['_meta'];
  return isRecord(meta) ? meta[MetaKey.clientCapabilities] : {};
}
