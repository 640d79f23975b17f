/** One session with an old server: from `initialize` until the server forgets it, or it is closed. */
import { RondoError } from '../../../base/errors.ts';
import { type UnknownRecord, isRecord } from '../../../base/json/json.ts';
import { pause } from '../../../base/timing/pause.ts';
import type { ClientCapabilities, ServerCapabilities } from '../../../protocol/capabilities.ts';
import type { JsonRpcError, JsonRpcRequest, RequestId } from '../../../protocol/types/jsonrpc.ts';
import { InvalidResponseError } from '../../../protocol/response.ts';
import type { Implementation } from '../../../protocol/results.ts';
import { RpcError } from '../../../protocol/rpc-error.ts';
import type { Received } from '../../../protocol/transport.ts';
import { OLD_VERSIONS } from '../../../protocol/names/version.ts';
import { LogLevels } from './log-levels.ts';
import type { OldWire, WireOptions } from '../wires/wire.ts';
import { quote } from '../../../base/quote.ts';

/** What the session says of its client. */
export interface SessionClient {
  readonly info: Implementation;
  readonly capabilities: ClientCapabilities;
}

/** What the server has said of itself. */
export interface OfferedBy {
  readonly version: string;
  readonly capabilities: ServerCapabilities;
  readonly info: Implementation | undefined;
  readonly instructions: string | undefined;
}

/**
 * How long to wait, in ms, until the server can send questions that belong to no request: those that
 * come earlier are lost. Proxies may hold back the head of a stream until something is in it.
 */
const LISTENING = 250;

export class ServerSession {
  readonly offered: OfferedBy;
  readonly client: SessionClient;
  readonly logs: LogLevels;
  readonly #wire: OldWire;
  #lastId = 0;

  /**
   * @throws RpcError what the server refuses it with; RondoError `unsupported_version`,
   *   `transport_failed`, `invalid_response`
   */
  static async open(
    wire: OldWire,
    client: SessionClient,
    signal: AbortSignal,
  ): Promise<ServerSession> {
    const response = await wire.request(initialize(client), { signal, onMessage: () => {} });
    if ('error' in response) {
      const { code, message, data } = response.error;
      throw new RpcError(code, message, data);
    }
    const offered = offeredIn(response.result);
    wire.agreed(offered.version);
    await wire.send({ jsonrpc: '2.0', method: 'notifications/initialized' }, signal);
    // A client that cannot be asked listens only when it is made to.
    if (Object.keys(oldCapabilities(client)).length > 0) {
      const opened = new AbortController();
      const listening = wire.listen().finally(() => opened.abort());
      await Promise.race([listening, pause(LISTENING, opened.signal)]);
    }
    return new ServerSession(wire, offered, client);
  }

  private constructor(wire: OldWire, offered: OfferedBy, client: SessionClient) {
    this.#wire = wire;
    this.offered = offered;
    this.client = client;
    this.logs = new LogLevels(this);
  }

  get isOver(): boolean {
    return this.#wire.isOver;
  }

  nextId(): RequestId {
    return ++this.#lastId;
  }

  /** @throws as `OldWire.request` */
  request(message: JsonRpcRequest, options: WireOptions): Promise<Received> {
    return this.#wire.request(message, options);
  }

  /** A request whose response says no more than that it was served. */
  async order(method: string, params: UnknownRecord, signal: AbortSignal): Promise<void> {
    const message: JsonRpcRequest = { jsonrpc: '2.0', id: this.nextId(), method, params };
    const response = await this.request(message, { signal, onMessage: () => {} });
    if (!('error' in response)) return;
    throw new RpcError(response.error.code, response.error.message, response.error.data);
  }

  /** Answers a request of the server. @throws as `OldWire.send` */
  answer(id: RequestId, result: object, signal: AbortSignal): Promise<void> {
    return this.#wire.send({ jsonrpc: '2.0', id, result }, signal);
  }

  /** Refuses a request of the server. Never rejects: it may be gone. */
  async refuse(id: RequestId, error: JsonRpcError): Promise<void> {
    const signal = AbortSignal.timeout(30_000);
    await this.#wire.send({ jsonrpc: '2.0', id, error }, signal).catch(() => {});
  }

  listen(): Promise<boolean> {
    return this.#wire.listen();
  }

  close(): Promise<void> {
    return this.#wire.close();
  }
}

/** Old servers know no extensions. */
function oldCapabilities({ capabilities }: SessionClient): ClientCapabilities {
  const { extensions: _, ...old } = capabilities;
  return old;
}

function initialize(client: SessionClient): JsonRpcRequest {
  const { info } = client;
  const params = {
    protocolVersion: OLD_VERSIONS[0],
    capabilities: oldCapabilities(client),
    clientInfo: info,
  };
  return { jsonrpc: '2.0', id: 0, method: 'initialize', params };
}

/** @throws RondoError `unsupported_version`, `invalid_response` */
function offeredIn(result: UnknownRecord): OfferedBy {
  const { protocolVersion: version, capabilities, serverInfo, instructions } = result;
  if (typeof version !== 'string' || !isRecord(capabilities)) {
    throw new InvalidResponseError('it answered initialize without version and capabilities');
  }
  if (!OLD_VERSIONS.includes(version)) throw unknownVersion(version);
  const { tasks: _, ...served } = capabilities;
  const isNamed = isRecord(serverInfo) && typeof serverInfo['name'] === 'string';
  return {
    version,
    capabilities: served,
    info: isNamed ? (serverInfo as never) : undefined,
    instructions: typeof instructions === 'string' ? instructions : undefined,
  };
}

function unknownVersion(version: string): RondoError<'unsupported_version'> {
  return new RondoError(
    'unsupported_version',
    `The server wants to speak revision ${quote(version)} of the protocol, which this client does not.`,
  );
}
