import { InProcessTransport } from '../client/in-process.ts';
import type { ClientCapabilities } from '../protocol/capabilities.ts';
import type { Dispatcher } from '../protocol/dispatcher.ts';
import type { JsonObject, UnknownRecord } from '../base/json.ts';
import type { JsonRpcNotification, JsonRpcRequest } from '../protocol/jsonrpc.ts';
import { MetaKey } from '../protocol/meta.ts';
import type { Principal } from '../protocol/principal.ts';
import { RpcError } from '../protocol/rpc-error.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';

/** Who sends the requests of a flow. */
export interface TestCaller {
  /** Who `authenticate` would have found; a name stands for a subject. Default: nobody. */
  readonly principal?: Principal | string | undefined;
  /** What the client says it can be asked. Default: everything. */
  readonly capabilities?: ClientCapabilities;
  /** What `ctx.request` is to be. */
  readonly request?: unknown;
}

/** Every kind of question there is. */
const EVERYTHING: ClientCapabilities = {
  elicitation: { form: {}, url: {} },
  sampling: { tools: {}, context: {} },
  roots: {},
};

let lastId = 0;

/** Sends requests in a caller's name. */
export class TestSender {
  readonly capabilities: ClientCapabilities;
  readonly #transport: InProcessTransport;

  constructor(server: Dispatcher, caller: TestCaller) {
    const principal = principalOf(caller.principal);
    this.capabilities = caller.capabilities ?? EVERYTHING;
    this.#transport = new InProcessTransport({
      loopbackOnly: server.loopbackOnly,
      dispatch: (request, exchange) =>
        server.dispatch(request, Object.assign(exchange, { principal, request: caller.request })),
      close: () => {},
    });
  }

  /** @throws RpcError what the server answered instead of a result */
  async send(
    method: string,
    params: JsonObject,
    signal: AbortSignal,
    onNotification: (notification: JsonRpcNotification) => void,
  ): Promise<UnknownRecord> {
    const id = ++lastId;
    const _meta = {
      [MetaKey.protocolVersion]: PROTOCOL_VERSION,
      [MetaKey.clientInfo]: { name: 'mcp-rondo/testing', version: '1' },
      [MetaKey.clientCapabilities]: this.capabilities,
      [MetaKey.logLevel]: 'debug',
      progressToken: id,
    };
    signal.throwIfAborted();
    const message = { jsonrpc: '2.0', id, method, params: { ...params, _meta } };
    const response = await this.#transport.request(message as JsonRpcRequest, {
      signal,
      onNotification,
    });
    if ('result' in response) return response.result;
    const { code, message: reason, data } = response.error;
    throw new RpcError(code, reason, data);
  }
}

function principalOf(caller: Principal | string | undefined): Principal | undefined {
  if (typeof caller !== 'string') return caller;
  return { issuer: 'https://issuer.test', subject: caller };
}
