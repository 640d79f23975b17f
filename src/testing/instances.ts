import type { Dispatcher, Exchange, Reply } from '../protocol/dispatcher.ts';
import type { Check } from '../base/options/options.ts';
import { either, oneOf, positive } from '../base/options/option-checks.ts';
import type { JsonRpcRequest } from '../protocol/types/jsonrpc.ts';

/** `'fresh'`: a new server for every request. A number: so many servers, which take turns. */
export type InstanceCount = 'fresh' | number;

export const instanceCount: Check = either(
  "'fresh' or a positive whole number",
  oneOf('fresh'),
  positive,
);

/** Starts one instance of the server. */
export type Start = () => Dispatcher | Promise<Dispatcher>;

/** The instances of a server, and which of them serves the next request. */
export class Instances {
  readonly #count: InstanceCount;
  readonly #start: Start;
  #running: Promise<Dispatcher>[] = [];
  #turn = 0;

  /** @param count checked by {@link instanceCount} */
  constructor(count: InstanceCount, start: Start) {
    this.#count = count;
    this.#start = start;
  }

  /** Rejects if the server cannot be started. */
  async dispatch(request: JsonRpcRequest, exchange: Exchange): Promise<Reply> {
    if (this.#count !== 'fresh') return (await this.#next(this.#count)).dispatch(request, exchange);
    const server = await this.#start();
    return server.dispatch(request, exchange).finally(() => server.close());
  }

  /** Closes all instances. The next requests are served by new ones. */
  stop(): void {
    for (const running of this.#running.splice(0)) {
      // An instance that could not start has rejected its request, and has nothing to close.
      void running.then((server) => server.close()).catch(() => {});
    }
  }

  #next(count: number): Promise<Dispatcher> {
    const index = this.#turn++ % count;
    return (this.#running[index] ??= (async () => this.#start())());
  }
}
