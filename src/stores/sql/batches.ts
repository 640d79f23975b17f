/**
 * Calls of one kind, as one statement for those that are made while others are on their way. Each begins after its
 * call was made: what was committed by then is seen (K4). Where nothing is on its way, nothing waits.
 */

/** How many statements run at once: a slow one does not hold up the others. */
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

  constructor(run: Run<Call, Result>, limit: BatchLimit<Call>) {
    this.#run = run;
    this.#limit = limit;
  }

  add(call: Call): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ call, resolve, reject });
      if (this.#running < AT_ONCE) void this.#runAll();
    });
  }

  async #runAll(): Promise<void> {
    this.#running++;
    while (this.#waiting.length > 0) await this.#runSome(this.#next());
    this.#running--;
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
