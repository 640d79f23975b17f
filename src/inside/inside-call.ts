/** One round of a flow inside the official server: a request to a server of ours that nobody sees. */
import { exactJson } from '../base/json/exact-json.ts';
import { type UnknownRecord, isRecord } from '../base/json/json.ts';
import type { ClientCapabilities } from '../protocol/capabilities.ts';
import type { Exchange } from '../protocol/dispatcher.ts';
import { InFlight } from '../protocol/in-flight.ts';
import type { JsonRpcRequest } from '../protocol/types/jsonrpc.ts';
import { MetaKey } from '../protocol/names/meta.ts';
import { Method } from '../protocol/names/methods.ts';
import type { Principal } from '../protocol/principal.ts';
import { RpcError } from '../protocol/rpc-error.ts';
import { PROTOCOL_VERSION } from '../protocol/names/version.ts';
import type { Context } from '../server/flows/context.ts';
import type { McpServer } from '../server/server.ts';
import type { OfficialContext, VerifyingContext } from './official.ts';

export interface InsideCall {
  /** The name of the flow's handler in the hidden server. */
  readonly name: string;
  readonly args: object;
  readonly official: OfficialContext;
  readonly capabilities: ClientCapabilities;
  readonly principal: Principal | undefined;
  callback(ctx: Context): unknown;
}

/** What a callback has come to in this round; nothing while it waits for answers. */
type Outcome = { readonly value: unknown } | { readonly thrown: unknown };

/** Calls that are under way, by the context that the official server has made for them. */
export class InsideCalls {
  readonly #calls = new WeakMap<object, InsideCall>();
  readonly #outcomes = new WeakMap<object, Outcome>();
  /** States that are to be opened by their flows only, by the signal of their request. */
  readonly #passed = new WeakMap<AbortSignal, string>();

  /** A state that looks like one of ours: other handlers do not see it. */
  pass(state: string, { mcpReq }: VerifyingContext): void {
    this.#passed.set(mcpReq.signal, state);
  }

  /** The hidden server's handler of all flows: runs the callback of the call that it is for. */
  async serve(ctx: Context): Promise<string> {
    const official = ctx.request as object;
    const { callback } = this.#calls.get(official)!;
    try {
      this.#outcomes.set(official, { value: await callback(ctx) });
    } catch (thrown) {
      this.#outcomes.set(official, { thrown });
      throw thrown;
    }
    return '';
  }

  /**
   * Runs one round: the callback's own value, or the official result that asks.
   *
   * @throws what the callback throws; RpcError for states that are refused, and for misuse
   */
  async run(hidden: McpServer, call: InsideCall): Promise<unknown> {
    const { official } = call;
    this.#calls.set(official, call);
    const exchange = exchangeOf(call);
    const { signal } = official.mcpReq;
    const cancel = (): void => exchange.inFlight.cancel('the client cancelled it');
    signal.addEventListener('abort', cancel, { once: true });
    if (signal.aborted) cancel();
    try {
      const { body } = await hidden.dispatch(requestOf(call, this.#stateOf(official)), exchange);
      return this.#end(official, JSON.parse(body) as UnknownRecord);
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  #stateOf({ mcpReq }: OfficialContext): unknown {
    return mcpReq.requestState() ?? this.#passed.get(mcpReq.signal);
  }

  #end(official: OfficialContext, { result, error }: UnknownRecord): unknown {
    if (isRecord(error)) {
      throw new RpcError(error['code'] as number, error['message'] as string, error['data']);
    }
    const { resultType, inputRequests, requestState } = result as UnknownRecord;
    if (resultType === 'input_required') return { resultType, inputRequests, requestState };
    const outcome = this.#outcomes.get(official);
    if (outcome === undefined) throw new RpcError(-32603, 'Internal error');
    if ('thrown' in outcome) throw outcome.thrown;
    return outcome.value;
  }
}

function requestOf(
  { name, args, official, capabilities }: InsideCall,
  state: unknown,
): JsonRpcRequest {
  const { id, _meta, envelope, inputResponses } = official.mcpReq;
  const meta = {
    ..._meta,
    ...envelope,
    [MetaKey.protocolVersion]: PROTOCOL_VERSION,
    [MetaKey.clientCapabilities]: capabilities,
  };
  const params = {
    name,
    arguments: JSON.parse(exactJson(args)) as object,
    _meta: meta,
    ...(inputResponses && { inputResponses }),
    ...(state !== undefined && { requestState: state }),
  };
  return { jsonrpc: '2.0', id, method: Method.callTool, params };
}

function exchangeOf({ official, principal }: InsideCall): Exchange {
  return {
    principal,
    request: official,
    streams: true,
    inFlight: new InFlight(),
    notify(text) {
      const message = JSON.parse(text) as { method: string; params?: UnknownRecord };
      // A client that has gone hears nothing; the round ends by its signal.
      official.mcpReq.notify(message).catch(() => {});
    },
  };
}
