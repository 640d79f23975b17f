/**
 * How the cost of a function grows with its input, measured in this process's own CPU time: neither
 * a busy machine nor a slow one changes it.
 */
import { cpuUsage } from 'node:process';

const TIMES_LONGER = 16;
/** What runs for the first time is slower. */
const FEWEST_ATTEMPTS = 3;
const MOST_ATTEMPTS = 12;

/**
 * What is too little to be measured, in microseconds of CPU time: with less, what counts is where
 * memory was to be had. What is quadratic costs more over the long texts here.
 */
const MEASURABLE = 2_500;

/**
 * Compares one run over a long text with as many runs over a short one as make up the same length:
 * about 1 for what is linear, about 16 for what is quadratic. Measured again while the figures are not
 * those of something linear.
 *
 * @param textOf makes a text of about `length` characters
 */
export function growth(
  run: (text: string) => unknown,
  textOf: (length: number) => string,
  length = 1_000,
): number {
  const short = textOf(length);
  const long = textOf(length * TIMES_LONGER);
  const costs = new Costs();
  while (costs.areToBeMeasured) {
    const before = cpuUsage();
    for (let i = 0; i < TIMES_LONGER; i++) run(short);
    const between = cpuUsage();
    run(long);
    costs.measured(before, between);
  }
  return costs.ratio;
}

/** The same for work that is asynchronous; nothing else may run in the process meanwhile. */
export async function asyncGrowth(
  run: (text: string) => Promise<unknown>,
  textOf: (length: number) => string,
  length: number,
): Promise<number> {
  const short = textOf(length);
  const long = textOf(length * TIMES_LONGER);
  const costs = new Costs();
  while (costs.areToBeMeasured) {
    const before = cpuUsage();
    for (let i = 0; i < TIMES_LONGER; i++) await run(short);
    const between = cpuUsage();
    await run(long);
    costs.measured(before, between);
  }
  return costs.ratio;
}

/** More than this is not linear. */
export const LINEAR = 5;

/** The least that short texts, and a long one, have cost. */
class Costs {
  #ofShort = Infinity;
  #ofLong = Infinity;
  #attempts = 0;

  get ratio(): number {
    return this.#ofLong / Math.max(this.#ofShort, MEASURABLE);
  }

  get areToBeMeasured(): boolean {
    if (this.#attempts < FEWEST_ATTEMPTS) return true;
    return this.#attempts < MOST_ATTEMPTS && this.ratio >= LINEAR;
  }

  /** The short ones were read from `before` to `between`, and the long one since. */
  measured(before: NodeJS.CpuUsage, between: NodeJS.CpuUsage): void {
    const total = costSince(before);
    const ofLong = costSince(between);
    this.#ofShort = Math.min(this.#ofShort, total - ofLong);
    this.#ofLong = Math.min(this.#ofLong, ofLong);
    this.#attempts++;
  }
}

function costSince(before: NodeJS.CpuUsage): number {
  const { user, system } = cpuUsage(before);
  return user + system;
}
