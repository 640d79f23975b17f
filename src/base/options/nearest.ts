/** Longest name that is compared, in characters: the cost grows with the square of the length. */
const LONGEST_NAME = 64;

/** The candidate that `name` was most likely meant to be, in any case; `undefined` for none. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > LONGEST_NAME) return undefined;
  let best: string | undefined;
  let limit = Math.max(name.length > 3 ? 2 : 1, Math.floor(name.length * 0.4)) + 1;
  for (const candidate of candidates) {
    const distance = distanceOf(name.toLowerCase(), candidate.toLowerCase());
    if (distance >= limit) continue;
    best = candidate;
    limit = distance;
  }
  return best;
}

/** Most characters by which a name differs that is taken for a misspelt one among others that may be. */
const SLIP = 2;

/**
 * The first member of `given`, where any may be, that is a slip of the pen for one of `names`; and the
 * name that was meant.
 */
export function misspelt(
  given: object,
  names: readonly string[],
): readonly [wrong: string, meant: string] | undefined {
  for (const name of Object.keys(given)) {
    if (names.includes(name) || name.length > LONGEST_NAME) continue;
    const meant = nearest(name, names);
    if (meant === undefined) continue;
    if (distanceOf(name.toLowerCase(), meant.toLowerCase()) <= SLIP) return [name, meant];
  }
  return undefined;
}

/** `auth` and `authenticate`, `hostname` and `host` are too far apart to count as misspelled. */
function distanceOf(name: string, candidate: string): number {
  const [short, long] = name.length < candidate.length ? [name, candidate] : [candidate, name];
  if (short.length > 2 && short.length < long.length && long.startsWith(short)) return 1;
  const isPart = short.length > 3 && long.includes(short);
  return isPart ? Math.min(long.length - short.length, 2) : edits(name, candidate);
}

/** How many characters have to be added, removed or replaced to turn `from` into `to`. */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let i = 1; i <= from.length; i++) {
    const next = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = row[j - 1]! + (from[i - 1] === to[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[to.length]!;
}
