/** Tasks that end their workers (K14). Only a lease that has lapsed counts. */
import type { ClaimedTask } from '../contract.ts';

/** How long a task waits after so many lapses without a new entry, in ms. */
const WAITS = [0, 10_000, 60_000, 300_000, 900_000];

/** How long a task that was claimed now should wait before it begins, in ms. */
export function waitOf({ hasLapsed, lapses }: ClaimedTask): number {
  return hasLapsed ? (WAITS[lapses - 1] ?? 0) : 0;
}

export function isPoison({ hasLapsed, lapses }: ClaimedTask): boolean {
  return hasLapsed && lapses > WAITS.length;
}
