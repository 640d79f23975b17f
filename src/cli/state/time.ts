const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** How far `time` is from `now`, in words: `in 58 minutes`, `2 hours ago`. */
export function distance(time: number, now: number): string {
  const ms = Math.abs(time - now);
  const [unit, size] = UNITS.find(([, each]) => ms >= each) ?? UNITS[3];
  const count = Math.round(ms / size);
  if (count === 0) return 'now';
  const text = `${count} ${unit}${count === 1 ? '' : 's'}`;
  return time > now ? `in ${text}` : `${text} ago`;
}
