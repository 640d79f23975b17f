import { stderrLogger } from '../base/logging/logger.ts';
import { readOptions } from '../base/options/options.ts';
import { InProcessTransport } from '../client/in-process.ts';
import { CALL_OPTIONS, type CallOptions } from '../client/calls/call-options.ts';
import { RequestSender } from '../client/calls/request-sender.ts';
import type { ClientCapabilities } from '../protocol/capabilities.ts';
import type { Dispatcher } from '../protocol/dispatcher.ts';
import type { JsonObject, UnknownRecord } from '../base/json/json.ts';
import type { Principal } from '../protocol/principal.ts';

/** The caller of a flow. */
export interface TestCaller {
  /** The verified caller. A string is the subject of a test issuer. Default: anonymous. */
  readonly principal?: Principal | string | undefined;
  /** The capabilities that the client declares. Default: all. */
  readonly capabilities?: ClientCapabilities;
  /** The value of `ctx.request`. Default `undefined`. */
  readonly request?: unknown;
}

/** The capabilities for all kinds of questions. */
const EVERYTHING: ClientCapabilities = {
  elicitation: { form: {}, url: {} },
  sampling: { tools: {}, context: {} },
  roots: {},
};

/** Sends requests of a caller, without a deadline: tests may wait as long as they like. */
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
      logger: stderrLogger,
    });
  }

  /** @throws RpcError the server's error response; RondoError `invalid_options` */
  async send(method: string, params: JsonObject, options: CallOptions): Promise<UnknownRecord> {
    const read = readOptions(CALL_OPTIONS, options);
    return this.#sender.send({ method, params }, { ...read, logLevel: 'debug' });
  }
}

function principalOf(caller: Principal | string | undefined): Principal | undefined {
  if (typeof caller !== 'string') return caller;
  return { issuer: 'https://issuer.test', subject: caller };
}
