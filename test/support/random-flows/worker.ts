/** One worker that has a flow: a round of its handler on the store, until it ends or the worker dies. */
import { FlowContext } from '../../../src/flow/context.ts';
import type { HostParts, StepPermit } from '../../../src/flow/round/host.ts';
import type { RoundOutcome } from '../../../src/flow/round/round-outcome.ts';
import { Round } from '../../../src/flow/round/round.ts';
import { testHost } from '../../../src/flow/test-support/host.ts';
import { type Chance, turns } from './chance.ts';
import type { FlowStore } from './flow-store.ts';
import type { Fuse } from './fuse.ts';
import { StoreJournal } from './store-journal.ts';

export type Handler = (ctx: FlowContext) => Promise<unknown>;

export const LIMITS = { entries: 10_000, roundTimeout: 60_000 };

/** The worker has died, or has let the flow go: another one has to continue it. */
export type Ended = RoundOutcome<unknown> | 'to be continued';

export class Worker {
  readonly #store: FlowStore;
  readonly #chance: Chance;
  readonly #fuse: Fuse;
  readonly #epoch: number;
  readonly #journal: StoreJournal;
  #round!: Round;
  #isDead = false;
  #onDeath!: (ended: Ended) => void;
  readonly #death: Promise<Ended>;

  constructor(store: FlowStore, chance: Chance, fuse: Fuse) {
    this.#store = store;
    this.#chance = chance;
    this.#fuse = fuse;
    this.#epoch = store.claim();
    this.#journal = new StoreJournal(store, this.#epoch, chance, () => this.#moment());
    this.#death = new Promise((resolve) => (this.#onDeath = resolve));
  }

  /** Takes the flow from the store and runs it. */
  run(handler: Handler): Promise<Ended> {
    const { limits: _, ...parts } = this.#parts();
    const round = new Round(testHost(this.#journal, { ...parts, limits: LIMITS }));
    this.#round = round;
    const outcome = round.run(() => handler(new FlowContext(round)));
    void turns(this.#chance.below(3)).then(() => this.look());
    return this.follow(outcome);
  }

  /** Takes over a round that runs in memory. Returns whether the store has it now. */
  async adopt(round: Round): Promise<boolean> {
    this.#round = round;
    let isSaved = false;
    const moving = round.moveTo(this.#parts(), (moved) =>
      this.#journal.write(() => {
        this.#store.adopt(this.#epoch, moved);
        isSaved = true;
      }),
    );
    await Promise.race([moving.catch(() => undefined), this.#death]);
    // It is written, whatever its host has heard of it: the round in memory is not the flow's.
    if (isSaved && this.#isDead) this.stop();
    return isSaved;
  }

  /** Looks into the inbox, because something may be in it. */
  look(): void {
    if (this.#isDead || this.#dies()) return;
    this.#round.deliver({ nobody: 1, ...this.#store.inbox });
    this.#dies();
  }

  /** The process ends. */
  stop(): void {
    this.#round?.cancel('the worker has ended');
  }

  /** Waits until its round comes to its end, or it dies. */
  async follow(outcome: Promise<RoundOutcome<unknown>>): Promise<Ended> {
    const ended = await Promise.race([outcome, this.#death]);
    if (ended === 'to be continued' || this.#isDead) return 'to be continued';
    if (ended.status === 'input_required') return 'to be continued';
    // It may die before the end is written.
    return this.#fuse.isDead() ? 'to be continued' : ended;
  }

  #parts(): HostParts {
    return {
      journal: this.#journal,
      limits: { ...testHost().limits, ...LIMITS },
      recordsCheckpoints: this.#chance.oneIn(2),
      onAsked: (asks) => this.#journal.write(() => this.#store.publish(this.#epoch, asks)),
      onStill: () => this.#onStill(),
      beforeStep: (key) => this.#beforeStep(key),
    };
  }

  #onStill(): void {
    if (!this.#isDead && this.#letsGo(8)) this.#round.suspend();
  }

  #beforeStep(key: string): StepPermit | Promise<StepPermit> {
    // One that has lost the flow does not know what others have recorded since.
    const isRecorded = !this.#isDead && this.#store.entries.has(key);
    if (isRecorded) this.#store.violations.push(`${key} runs again`);
    return this.#chance.oneIn(3) ? this.#permitLater() : this.#permit();
  }

  async #permitLater(): Promise<StepPermit> {
    await turns(this.#chance.below(2));
    await this.#moment();
    return this.#permit();
  }

  #permit(): StepPermit {
    return this.#letsGo(16) ? 'end the round' : undefined;
  }

  /** Whether it leaves the flow to another worker; one that does not die ends the flow. */
  #letsGo(times: number): boolean {
    return this.#fuse.isMortal && this.#chance.oneIn(times);
  }

  /** Whether the worker dies now, where nobody waits for it. */
  #dies(): boolean {
    if (this.#isDead) return true;
    if (!this.#fuse.isDead()) return false;
    this.#die();
    return true;
  }

  /** What a call of the engine gets, if it does not get what it asks for. */
  #moment(): Promise<never> | undefined {
    if (!this.#dies()) return undefined;
    if (this.#fuse.death === 'error') throw new Error('the connection is lost');
    return this.#fuse.death === 'crash' ? new Promise(() => undefined) : undefined;
  }

  #die(): void {
    this.#isDead = true;
    this.#store.release(this.#epoch);
    this.#onDeath('to be continued');
    if (this.#fuse.death === 'crash') this.stop();
  }
}
