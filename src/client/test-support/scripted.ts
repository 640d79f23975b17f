import type { Dispatcher, Exchange, Reply } from '../../protocol/dispatcher.ts';
import type { UnknownRecord } from '../../base/json/json.ts';
import type { JsonRpcRequest } from '../../protocol/types/jsonrpc.ts';

/** What a scripted server answers: a result, an error, or a function of the request. */
export type Scripted =
  | { readonly result: UnknownRecord }
  | { readonly error: { code: number; message: string; data?: unknown } }
  | ((request: JsonRpcRequest, exchange: Exchange) => unknown);

/** A server that answers by a script and keeps what it was sent. */
export class ScriptedServer implements Dispatcher {
  readonly loopbackOnly = false;
  readonly requests: JsonRpcRequest[] = [];
  readonly #script: Scripted[];

  constructor(...script: Scripted[]) {
    this.#script = script;
  }

  /** The params of the request of that number, `_meta` left out. */
  params(index: number): UnknownRecord {
    const { _meta: _, ...params } = this.requests[index]!.params!;
    return params;
  }

  async dispatch(request: JsonRpcRequest, exchange: Exchange): Promise<Reply> {
    this.requests.push(request);
    const next = this.#script[Math.min(this.requests.length, this.#script.length) - 1]!;
    const answer = typeof next === 'function' ? await next(request, exchange) : next;
    const body = JSON.stringify({ jsonrpc: '2.0', id: request.id, ...(answer as object) });
    return { status: 200, body };
  }

  close(): void {}
}

/** A result that asks to confirm under each of `keys`. */
export function asking(keys: readonly string[], requestState?: string): Scripted {
  const requestedSchema = { type: 'object', properties: { ok: { type: 'boolean' } } };
  const params = { mode: 'form', message: 'OK?', requestedSchema };
  const ask = { method: 'elicitation/create', params };
  return {
    result: {
      resultType: 'input_required',
      ...(keys.length > 0 && { inputRequests: Object.fromEntries(keys.map((key) => [key, ask])) }),
      ...(requestState !== undefined && { requestState }),
    },
  };
}

export const DONE: Scripted = {
  result: { resultType: 'complete', content: [{ type: 'text', text: 'done' }] },
};
