/**
 * Calls of one kind, as one statement for those that are made while another is on its way. Each begins after its
 * call was made: what was committed by then is seen (K4). Where nothing is on its way, nothing waits. One at a time
 * is the fastest: several share the processors and locks of the database, and each has fewer calls.
 */

/** After how long a statement does not hold up the next one any more, in ms: it may wait for a lock. */
const SLOW = 25;

/** How many statements run at once, where all but the newest are slow. */
const AT_ONCE = 2;

/** Makes all of these calls. Returns what each returns, in their order. */
type Run<Call, Result> = (calls: readonly Call[]) => Promise<readonly Result[]>;

interface Waiting<Call, Result> {
  readonly call: Call;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

export interface BatchLimit<Call> {
  /** How large all calls of a statement may be; one alone may be larger. */
  readonly most: number;
  /** Default: each is 1. */
  sizeOf?(call: Call): number;
}

export class Batches<Call, Result> {
  readonly #run: Run<Call, Result>;
  readonly #limit: BatchLimit<Call>;
  #waiting: Waiting<Call, Result>[] = [];
  #running = 0;
  /** The statement that the next one waits for. */
  #newest: object | undefined;

  constructor(run: Run<Call, Result>, limit: BatchLimit<Call>) {
    this.#run = run;
    this.#limit = limit;
  }

  add(call: Call): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ call, resolve, reject });
      this.#proceed();
    });
  }

  #proceed(): void {
    const isHeldUp = this.#newest !== undefined || this.#running === AT_ONCE;
    if (isHeldUp || this.#waiting.length === 0) return;
    const statement = {};
    this.#newest = statement;
    this.#running++;
    const slow = setTimeout(() => this.#letNext(statement), SLOW);
    void this.#runSome(this.#next()).then(() => {
      clearTimeout(slow);
      this.#running--;
      this.#letNext(statement);
    });
  }

  /** It is back, or slow. */
  #letNext(statement: object): void {
    if (this.#newest === statement) this.#newest = undefined;
    this.#proceed();
  }

  #next(): readonly Waiting<Call, Result>[] {
    const { most, sizeOf = () => 1 } = this.#limit;
    let size = 0;
    const tooMany = this.#waiting.findIndex(({ call }) => (size += sizeOf(call)) > most);
    return this.#waiting.splice(0, tooMany === -1 ? this.#waiting.length : Math.max(tooMany, 1));
  }

  /** After a failure each is tried alone: what is wrong with one is not the fault of the others. */
  async #runSome(some: readonly Waiting<Call, Result>[]): Promise<void> {
    try {
      const results = await this.#run(some.map(({ call }) => call));
      some.forEach(({ resolve }, i) => resolve(results[i]!));
    } catch (error) {
      if (some.length === 1) some[0]!.reject(error);
      else await Promise.all(some.map((each) => this.#runSome([each])));
    }
  }
}
