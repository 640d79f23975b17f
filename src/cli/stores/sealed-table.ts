/** How much is sealed under which key, for people. */
import { cleanLine } from '../terminal/clean.ts';
import type { SealedCount } from '../../stores/sql/count-sealed.ts';

/** A key: what it is for the servers that have these keys, and what is sealed under it. */
export interface KeyStatus extends SealedCount {
  readonly use: 'seals' | 'opens' | 'unknown';
}

const USES: Readonly<Record<KeyStatus['use'], string>> = {
  seals: 'seals',
  opens: 'opens',
  unknown: 'is not in RONDO_STATE_KEYS',
};

/** The keys of the ring, in their order, and then others that something is sealed under. */
export function keyStatuses(
  ring: readonly string[],
  counts: readonly SealedCount[],
): readonly KeyStatus[] {
  const nothing = { tasks: 0, guard: 0, spill: 0, secret: 0 };
  const own = ring.map((keyId, i): KeyStatus => {
    const counted = counts.find((count) => count.keyId === keyId);
    return { keyId, ...nothing, ...counted, use: i === 0 ? 'seals' : 'opens' };
  });
  const others = counts.filter(({ keyId }) => !ring.includes(keyId));
  return [...own, ...others.map((count): KeyStatus => ({ ...count, use: 'unknown' }))];
}

export function renderStatuses(statuses: readonly KeyStatus[]): string {
  const rows = statuses.map(({ keyId, tasks, guard, spill, secret, use }) => {
    const counts = [tasks, guard, spill, secret].map((count) => String(count).padStart(8));
    return `${cleanLine(keyId).padEnd(8)}${counts.join('')}  ${USES[use]}`;
  });
  return ['key        tasks   guard   spill  secret', ...rows].join('\n');
}
