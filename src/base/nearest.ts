/** Longer names are like none: comparing them is not worth its time. */
const LONGEST_NAME = 64;

/** The candidate that `name` was most likely meant to be; `undefined` when none is like it. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > LONGEST_NAME) return undefined;
  let best: string | undefined;
  let limit = Math.max(name.length > 3 ? 2 : 1, Math.floor(name.length * 0.4)) + 1;
  for (const candidate of candidates) {
    const distance = isPartOf(name, candidate) ? 1 : edits(name, candidate);
    if (distance >= limit) continue;
    best = candidate;
    limit = distance;
  }
  return best;
}

/** `auth` and `authenticate`, `hostname` and `host`: too far apart to count as misspelled. */
function isPartOf(name: string, candidate: string): boolean {
  const [short, long] = name.length < candidate.length ? [name, candidate] : [candidate, name];
  return short.length > 3 && long.toLowerCase().includes(short.toLowerCase());
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
