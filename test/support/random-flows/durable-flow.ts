/** A flow whose journal is in a store, with workers that die and a client that answers when it likes. */
import type { OpenAsk } from '../../../src/flow/asks/ask.ts';
import { answerTo } from './answers.ts';
import { Chance, turns, within } from './chance.ts';
import { FlowStore, wireKey } from './flow-store.ts';
import { type Death, Fuse } from './fuse.ts';
import { type Ended, type Handler, Worker } from './worker.ts';

export interface DurableOptions {
  readonly seed: number;
  /** Whether rows are damaged from time to time, and mended. */
  readonly damages?: boolean;
  /** Called when another worker takes the flow. */
  readonly onTakeover?: () => void;
}

/** Far more workers than any flow needs. */
const MAX_WORKERS = 100;

/** Far more turns of the event loop than any worker needs. */
const MAX_TURNS = 20_000;

/** How a round may end that meets a damaged row. */
const REFUSALS: ReadonlySet<unknown> = new Set(['newer_format', 'unreadable_journal', 'diverged']);

const DEATHS: readonly Death[] = ['crash', 'lapse', 'error'];

export class DurableFlow {
  readonly store = new FlowStore();
  readonly #seed: number;
  readonly #chance: Chance;
  readonly #onTakeover: () => void;
  readonly #damages: boolean;
  readonly #workers: Worker[] = [];
  /** How many workers die. */
  readonly #deaths: number;

  constructor({ seed, damages = false, onTakeover = () => undefined }: DurableOptions) {
    this.#seed = seed;
    this.#chance = new Chance(seed);
    this.#onTakeover = onTakeover;
    this.#damages = damages;
    this.#deaths = this.#chance.below(6);
    this.store.onPublished = (asks) => {
      for (const ask of asks) void this.#answer(ask);
    };
  }

  /** Runs the flow to its end. */
  async run(handler: Handler, ended: Ended = 'to be continued'): Promise<Exclude<Ended, string>> {
    let last = ended;
    while (typeof last === 'string') last = await this.#runNext(handler);
    for (const worker of this.#workers) worker.stop();
    return last;
  }

  async #runNext(handler: Handler): Promise<Ended> {
    const mend =
      this.#damages && this.#chance.oneIn(2) ? this.store.damage(this.#chance) : undefined;
    const ended = await within(MAX_TURNS, this.next().run(handler));
    mend?.();
    const isRefused = mend !== undefined && REFUSALS.has(codeOf(ended));
    return isRefused ? 'to be continued' : ended;
  }

  /** Another worker, to which the flow belongs from now on. */
  next(): Worker {
    const isFirst = this.#workers.length === 0;
    if (!isFirst) this.#onTakeover();
    if (this.#workers.length > MAX_WORKERS) throw new Error('the flow does not end');
    const isMortal = this.#workers.length < this.#deaths;
    const moments = isMortal ? 1 + this.#chance.below(25) : Infinity;
    const fuse = new Fuse(moments, this.#chance.pick(DEATHS));
    const worker = new Worker(this.store, this.#chance, fuse);
    this.#workers.push(worker);
    return worker;
  }

  /** The client answers a question: when it likes, and maybe twice. */
  async #answer(ask: OpenAsk): Promise<void> {
    const wire = wireKey(ask);
    await turns(this.#chance.below(8));
    this.store.answer(wire, answerTo(this.#seed, ask));
    this.store.answer(wire, 'another one');
    await turns(this.#chance.below(3));
    this.#workers.at(-1)!.look();
    if (this.#chance.oneIn(4)) this.#workers.at(-1)!.look();
  }
}

/** The code of the error with which a flow has ended. */
export function codeOf(ended: Ended): unknown {
  if (typeof ended === 'string' || !('error' in ended)) return undefined;
  return (ended.error as { code?: unknown }).code;
}
