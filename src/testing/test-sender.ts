import { InProcessTransport } from '../client/in-process.ts';
import { type CallOptions, RequestSender } from '../client/calls/request-sender.ts';
import type { ClientCapabilities } from '../protocol/capabilities.ts';
import type { Dispatcher } from '../protocol/dispatcher.ts';
import type { JsonObject, UnknownRecord } from '../base/json.ts';
import type { Principal } from '../protocol/principal.ts';

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

/** Sends requests in a caller's name, without a deadline: time in a test is the test's. */
export class TestSender {
  readonly capabilities: ClientCapabilities;
  readonly #sender: RequestSender;

  constructor(server: Dispatcher, caller: TestCaller) {
    const principal = principalOf(caller.principal);
    this.capabilities = caller.capabilities ?? EVERYTHING;
    const transport = new InProcessTransport({
      loopbackOnly: server.loopbackOnly,
      dispatch: (request, exchange) =>
        server.dispatch(request, Object.assign(exchange, { principal, request: caller.request })),
      close: () => {},
    });
    this.#sender = new RequestSender({
      transport,
      clientInfo: { name: 'mcp-rondo/testing', version: '1' },
      capabilities: this.capabilities,
      timeout: Infinity,
    });
  }

  /** @throws RpcError what the server answered instead of a result */
  send(method: string, params: JsonObject, options: CallOptions): Promise<UnknownRecord> {
    return this.#sender.send({ method, params }, { ...options, logLevel: 'debug' });
  }
}

function principalOf(caller: Principal | string | undefined): Principal | undefined {
  if (typeof caller !== 'string') return caller;
  return { issuer: 'https://issuer.test', subject: caller };
}
