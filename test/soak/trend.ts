/** How a measure changes over a run. Its first third is warming up: it counts for nothing. */
import { median } from '../../bench/stats.ts';

export interface Trend {
  /** Median of the middle third of the samples. */
  readonly middle: number;
  /** Median of the last third. */
  readonly last: number;
  /** The last third by the middle one. */
  readonly ratio: number;
}

export function trendOf(samples: readonly number[]): Trend {
  const third = Math.floor(samples.length / 3);
  const last = median(samples.slice(-third));
  const middle = median(samples.slice(-2 * third, -third));
  return { middle, last, ratio: last / middle };
}
