/** Pauses between attempts, in ms: the first, doubled after each further failure up to the longest. */
export interface Backoff {
  readonly first: number;
  readonly longest: number;
}

/** The pause after so many failures in a row, at least one, in ms. */
export function pauseAfter(failures: number, { first, longest }: Backoff): number {
  return Math.min(first * 2 ** (failures - 1), longest);
}
