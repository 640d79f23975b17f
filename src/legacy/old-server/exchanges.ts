import type { Exchange } from '../../protocol/dispatcher.ts';
import type { JsonRpcRequest } from '../../protocol/types/jsonrpc.ts';
import { MetaKey } from '../../protocol/names/meta.ts';
import { Method } from '../../protocol/names/methods.ts';
import type { Received } from '../../protocol/transport.ts';

/** The requests that are served, and how they are ended from outside. */
export class Exchanges {
  readonly #listening = new Set<AbortController>();

  /**
   * Serves one request. Cancelling it aborts the signal; concluding a subscription ends it with its
   * result (SU-6).
   */
  async run(
    request: JsonRpcRequest,
    { inFlight }: Exchange,
    serve: (signal: AbortSignal) => Promise<Received>,
  ): Promise<Received> {
    const abort = new AbortController();
    const conclusion = new AbortController();
    const isListening = request.method === Method.listen;
    conclusion.signal.addEventListener('abort', () => abort.abort(), { once: true });
    if (isListening) this.#listening.add(conclusion);
    inFlight.start({
      cancel: () => abort.abort(),
      ...(isListening && { conclude: () => conclusion.abort() }),
    });
    try {
      return await serve(abort.signal);
    } catch (error) {
      if (conclusion.signal.aborted) return concluded(request);
      throw error;
    } finally {
      this.#listening.delete(conclusion);
      inFlight.done();
    }
  }

  /** Ends all subscriptions. */
  conclude(): void {
    for (const conclusion of this.#listening) conclusion.abort();
  }
}

function concluded({ id }: JsonRpcRequest): Received {
  const result = { resultType: 'complete', _meta: { [MetaKey.subscriptionId]: id } };
  return { jsonrpc: '2.0', id, result };
}
