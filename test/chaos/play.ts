/** One flow, from its first request to its end, however often a round has to be sent. */
import type { Client, Stepper } from '../../src/client/index.ts';
import { RpcError } from '../../src/index.ts';
import type { Chance } from '../support/random-flows/chance.ts';
import type { Counts } from './counts.ts';

export const TOOLS = ['pay', 'order', 'stamp'] as const;

export interface Flow {
  readonly run: string;
  readonly tool: (typeof TOOLS)[number];
  readonly amount: number;
  /** Whether the first request names the call, so that it is guarded. */
  readonly isNamed: boolean;
}

/** How a flow has ended: with a text, or refused. */
export type Ending = { readonly text: string } | 'refused';

/** Between two attempts, in ms. */
const PAUSE = 50;

export class Player {
  readonly #client: Client;
  readonly #chance: Chance;
  readonly #counts: Counts;
  readonly #playing = new Set<Promise<Ending>>();
  #thinking: Promise<void> | undefined;

  constructor(client: Client, chance: Chance, counts: Counts) {
    this.#client = client;
    this.#chance = chance;
    this.#counts = counts;
  }

  play(flow: Flow): Promise<Ending> {
    const playing = this.#play(flow);
    this.#playing.add(playing);
    const ended = (): void => void this.#playing.delete(playing);
    playing.then(ended, ended);
    return playing;
  }

  /** Half of the flows that are asked something wait until `work` has ended, as people do who think. */
  async thinkDuring(work: () => Promise<void>): Promise<void> {
    this.#thinking = work();
    await this.#thinking;
  }

  /** Resolves once all flows have ended that are under way now. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#playing);
  }

  async #play(flow: Flow): Promise<Ending> {
    const { tool: name, run } = flow;
    let stepper = this.#client.start('tools/call', { name, arguments: { run } });
    try {
      while (stepper.status !== 'complete') {
        if (stepper.round > 0 && this.#chance.oneIn(2)) await this.#thinking;
        this.#answer(stepper, flow);
        await this.#advance(stepper, flow);
        if (this.#chance.oneIn(4)) stepper = this.#saved(stepper);
      }
    } catch (error) {
      if (isSpent(error)) return 'refused';
      throw new Error(`${run} of ${name} fails`, { cause: error });
    }
    const [{ text }] = stepper.result!['content'] as [{ text: string }];
    return { text };
  }

  #answer(stepper: Stepper, { amount }: Flow): void {
    for (const key of Object.keys(stepper.questions)) {
      const content = key === 'amount' ? { amount } : { confirm: true };
      stepper.answer(key, { action: 'accept', content });
    }
  }

  async #advance(stepper: Stepper, { run, isNamed }: Flow): Promise<void> {
    const meta = isNamed ? { 'mcp-rondo/callKey': run } : {};
    for (;;) {
      try {
        return await stepper.advance({ meta, timeout: 90_000 });
      } catch (error) {
        if (!isPassing(error)) throw error;
        this.#counts.add('rounds sent again');
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
      }
    }
  }

  /** As another process of the client would continue it. */
  #saved(stepper: Stepper): Stepper {
    this.#counts.add('flows saved and resumed');
    return this.#client.resume(JSON.parse(JSON.stringify(stepper)) as never);
  }
}

/** Whether the same round may be sent again. */
function isPassing(error: unknown): boolean {
  if (error instanceof RpcError) return (error.data as { retryable?: unknown })?.retryable === true;
  return ['transport_failed', 'timeout'].includes((error as { code?: string }).code!);
}

function isSpent(error: unknown): boolean {
  if ((error as { code?: string }).code === 'state_refused') return true;
  return error instanceof RpcError && error.message.startsWith('This call was made before');
}
