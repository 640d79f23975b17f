/**
 * How the cost of a function grows with its input, measured in this process's own CPU time: neither
 * a busy machine nor a slow one changes it.
 */
import { cpuUsage } from 'node:process';

const TIMES_LONGER = 16;
const ATTEMPTS = 3;

/** What is too little to be measured, in microseconds of CPU time. */
const MEASURABLE = 1_000;

/**
 * Compares one run over a long text with as many runs over a short one as make up the same length:
 * about 1 for what is linear, about 16 for what is quadratic.
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
  const costOfShort = leastCost(() => {
    for (let i = 0; i < TIMES_LONGER; i++) run(short);
  });
  return leastCost(() => run(long)) / Math.max(costOfShort, MEASURABLE);
}

/**
 * The same for work that is asynchronous; nothing else may run in the process meanwhile. Measured
 * again only if the first figures are not those of something linear.
 */
export async function asyncGrowth(
  run: (text: string) => Promise<unknown>,
  textOf: (length: number) => string,
  length: number,
): Promise<number> {
  const short = textOf(length);
  const long = textOf(length * TIMES_LONGER);
  let [costOfShort, costOfLong] = [Infinity, Infinity];
  const ratio = (): number => costOfLong / Math.max(costOfShort, MEASURABLE);
  for (let attempt = 0; attempt < ATTEMPTS && !(ratio() < LINEAR); attempt++) {
    let before = cpuUsage();
    for (let i = 0; i < TIMES_LONGER; i++) await run(short);
    costOfShort = Math.min(costOfShort, costSince(before));
    before = cpuUsage();
    await run(long);
    costOfLong = Math.min(costOfLong, costSince(before));
  }
  return ratio();
}

/** More than this is not linear. */
export const LINEAR = 5;

function leastCost(work: () => void): number {
  let least = Infinity;
  for (let i = 0; i < ATTEMPTS; i++) {
    const before = cpuUsage();
    work();
    least = Math.min(least, costSince(before));
  }
  return least;
}

function costSince(before: NodeJS.CpuUsage): number {
  const { user, system } = cpuUsage(before);
  return user + system;
}
