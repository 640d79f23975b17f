/**
 * The tasks in memory that are due now or later, in the order of their times, apart by who can claim
 * them: a claim looks at those that it takes, and at no others.
 */
import type { Claimable } from '../contract.ts';
import type { MemoryRow } from './memory-row.ts';
import { TimeHeap } from './time-heap.ts';

/** What a worker needs to be able to claim a task; see `whyNot`. */
type IsClaimable = (row: MemoryRow, what: Claimable) => boolean;

export class DueRows {
  readonly #heaps = new Map<string, TimeHeap<MemoryRow>>();
  readonly #heapOf = new Map<MemoryRow, TimeHeap<MemoryRow>>();
  readonly #isClaimable: IsClaimable;

  constructor(isClaimable: IsClaimable) {
    this.#isClaimable = isClaimable;
  }

  /** To be called when a row has another time or another key. */
  update(row: MemoryRow): void {
    const before = this.#heapOf.get(row);
    const heap = row.due === undefined ? undefined : this.#heapFor(row);
    if (before !== heap) before?.delete(row);
    if (heap === undefined) return void this.#heapOf.delete(row);
    this.#heapOf.set(row, heap);
    heap.put(row);
  }

  delete(row: MemoryRow): void {
    this.#heapOf.get(row)?.delete(row);
    this.#heapOf.delete(row);
  }

  /** The row that is due first of those that this worker can claim. */
  first(what: Claimable): MemoryRow | undefined {
    let first: MemoryRow | undefined;
    for (const { top } of this.#heaps.values()) {
      if (top === undefined || !this.#isClaimable(top, what)) continue;
      if (first === undefined || top.due! < first.due!) first = top;
    }
    return first;
  }

  #heapFor({ identity }: MemoryRow): TimeHeap<MemoryRow> {
    const { audience, target, version, call } = identity;
    const name = JSON.stringify([audience, target, version, call.keyId]);
    let heap = this.#heaps.get(name);
    if (heap === undefined) this.#heaps.set(name, (heap = new TimeHeap(({ due }) => due!)));
    return heap;
  }
}
