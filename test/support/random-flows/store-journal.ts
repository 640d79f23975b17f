/**
 * The journal of one worker: its writes are slow or not, return promises of any make, and are the
 * moments at which the worker dies.
 */
import type { Asked, Entry, Journal, Recorded } from '../../../src/flow/journal/journal.ts';
import { type Chance, turns } from './chance.ts';
import type { FlowStore } from './flow-store.ts';

/** Nothing if the worker is alive; if it has crashed, what it waits for in vain. */
export type Moment = () => Promise<never> | undefined;

type Written = void | PromiseLike<void>;

export class StoreJournal implements Journal {
  readonly #store: FlowStore;
  readonly #epoch: number;
  readonly #chance: Chance;
  readonly #moment: Moment;
  #isWriting = false;
  #isRefused = false;

  /** @param moment called at each moment at which the worker may die; may throw */
  constructor(store: FlowStore, epoch: number, chance: Chance, moment: Moment) {
    this.#store = store;
    this.#epoch = epoch;
    this.#chance = chance;
    this.#moment = moment;
  }

  load(): Recorded | Promise<Recorded> {
    const isJudgedLater = this.#chance.oneIn(3);
    if (this.#chance.oneIn(3)) return this.#store.load(isJudgedLater);
    return turns(this.#chance.below(4)).then(() => this.#store.load(isJudgedLater));
  }

  append(entries: readonly Entry[]): Written {
    return this.#inTurn(() => this.#store.append(this.#epoch, entries));
  }

  drop(questions: readonly Asked[]): Written {
    return this.#inTurn(() => this.#store.drop(this.#epoch, questions));
  }

  /** Makes a change, slowly or at once. */
  write(change: () => void): Written {
    if (this.#chance.oneIn(3)) return this.#now(change);
    const written = this.#slowly(change);
    if (this.#chance.oneIn(2)) return written;
    // What a library of promises may return: its `then` is called for, and is no promise's.
    // oxlint-disable-next-line promise/no-callback-in-promise
    return { then: (done, failed) => written.then(done, failed) } as PromiseLike<void>;
  }

  /** One write after the other, and none after one that was refused. */
  #inTurn(change: () => void): Written {
    const { violations } = this.#store;
    if (this.#isWriting) violations.push('two writes at once');
    if (this.#isRefused) violations.push('a write after one that was refused');
    this.#isWriting = true;
    return this.write(() => {
      this.#isRefused = true;
      change();
      this.#isRefused = false;
      this.#isWriting = false;
    });
  }

  #now(change: () => void): Written {
    const crashed = this.#moment();
    if (crashed !== undefined) return crashed;
    change();
    return this.#moment();
  }

  async #slowly(change: () => void): Promise<void> {
    await turns(this.#chance.below(3));
    await this.#moment();
    change();
    await this.#moment();
    await turns(this.#chance.below(2));
  }
}
