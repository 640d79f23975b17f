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

/** `auth` and `authenticate`, `hostname` and `host` are too far apart to count as misspelled. */
function distanceOf(name: string, candidate: string): number {
  const [short, long] = name.length < candidate.length ? [name, candidate] : [candidate, name];
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
