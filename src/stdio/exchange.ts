import type { Exchange } from '../protocol/dispatcher.ts';
import type { Principal } from '../protocol/principal.ts';
import { InFlight } from '../protocol/in-flight.ts';
import type { StdioOutput } from './output.ts';

/** One request over stdio. */
export class StdioExchange implements Exchange {
  readonly headers = undefined;
  readonly transport = 'pipe';
  readonly streams = true;
  readonly principal: Principal | undefined;
  readonly inFlight: InFlight = new InFlight();
  readonly #output: StdioOutput;
  readonly #isListening: boolean;

  constructor(principal: Principal | undefined, output: StdioOutput, isListening: boolean) {
    this.principal = principal;
    this.#output = output;
    this.#isListening = isListening;
  }

  /** Drops progress and logs while the client is behind; never what it listens for. */
  notify(message: string): void {
    if (this.inFlight.isCancelled || (this.#output.isBehind && !this.#isListening)) return;
    this.#output.write(message);
  }
}
