/** Programs that are killed one after another, each with a successor. */
import type { Program } from '../program.ts';

export class Successors {
  readonly #start: () => Program;
  readonly #running = new Set<Program>();
  /** The oldest first. */
  readonly #ready: Program[] = [];
  #isStopped = false;
  /** How many have been killed, or have ended. */
  gone = 0;

  /** @param start starts one that writes `ready` */
  constructor(start: () => Program) {
    this.#start = start;
  }

  /** Those that have written `ready`, the oldest first. */
  get ready(): readonly Program[] {
    return this.#ready;
  }

  /** Starts one more, which has a successor when it ends. Resolves when it is ready, or has ended. */
  async start(): Promise<void> {
    const program = this.#start();
    this.#running.add(program);
    void program.ended().then(() => this.#ended(program));
    await program.until(/ready/).then(
      () => this.#ready.push(program),
      (error: unknown) => {
        if (program.process.signalCode === null) throw error;
      },
    );
  }

  /**
   * Kills the oldest one, `times` times.
   *
   * @param moment resolves when it is time for the next
   */
  async keepKilling(times: number, moment: () => Promise<void>): Promise<void> {
    for (let i = 0; i < times && !this.#isStopped; i++) {
      await moment();
      if (!this.#isStopped) await this.#ready[0]?.kill();
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all(Array.from(this.#running, (program) => program.kill()));
  }

  #ended(program: Program): void {
    this.#running.delete(program);
    const at = this.#ready.indexOf(program);
    if (at !== -1) this.#ready.splice(at, 1);
    if (this.#isStopped) return;
    this.gone++;
    void this.start();
  }
}
