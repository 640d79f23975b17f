/**
 * The tasks in memory that are due now or later, in the order of their times, apart by who can claim
 * them: a claim looks at those that it takes, and at no others.
 */
import type { Claimable } from '../contract.ts';
import type { MemoryRow } from './memory-row.ts';

/** What a worker needs to be able to claim a task; see `whyNot`. */
type IsClaimable = (row: MemoryRow, what: Claimable) => boolean;

/** Rows that the same workers can claim: a heap, the row that is due first at its top. */
class Heap {
  readonly #rows: MemoryRow[] = [];
  readonly #at = new Map<MemoryRow, number>();

  get top(): MemoryRow | undefined {
    return this.#rows[0];
  }

  /** Puts a row where its time belongs. */
  put(row: MemoryRow): void {
    if (!this.#at.has(row)) {
      this.#at.set(row, this.#rows.length);
      this.#rows.push(row);
    }
    this.#lower(this.#raise(this.#at.get(row)!));
  }

  delete(row: MemoryRow): void {
    const at = this.#at.get(row);
    if (at === undefined) return;
    const last = this.#rows.pop()!;
    this.#at.delete(row);
    if (last === row) return;
    this.#set(at, last);
    this.#lower(this.#raise(at));
  }

  #raise(at: number): number {
    for (;;) {
      const parent = (at - 1) >> 1;
      if (at === 0 || !this.#isBefore(at, parent)) return at;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #lower(at: number): void {
    for (;;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const first = right < this.#rows.length && this.#isBefore(right, left) ? right : left;
      if (first >= this.#rows.length || !this.#isBefore(first, at)) return;
      this.#swap(at, first);
      at = first;
    }
  }

  #isBefore(a: number, b: number): boolean {
    return this.#rows[a]!.due! < this.#rows[b]!.due!;
  }

  #swap(a: number, b: number): void {
    const [first, second] = [this.#rows[a]!, this.#rows[b]!];
    this.#set(a, second);
    this.#set(b, first);
  }

  #set(at: number, row: MemoryRow): void {
    this.#rows[at] = row;
    this.#at.set(row, at);
  }
}

export class DueRows {
  readonly #heaps = new Map<string, Heap>();
  readonly #heapOf = new Map<MemoryRow, Heap>();
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

  #heapFor({ identity }: MemoryRow): Heap {
    const { audience, target, version, call } = identity;
    const name = JSON.stringify([audience, target, version, call.keyId]);
    let heap = this.#heaps.get(name);
    if (heap === undefined) this.#heaps.set(name, (heap = new Heap()));
    return heap;
  }
}
