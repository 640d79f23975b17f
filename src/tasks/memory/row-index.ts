/**
 * The tasks in memory by what they are looked for: no look goes through those that it does not find.
 * What has changed in a row is put in order by `update`.
 */
import type { MemoryRow } from './memory-row.ts';
import { TimeHeap } from './time-heap.ts';

export class RowIndex {
  readonly #byFlow = new Map<string, MemoryRow>();
  readonly #byIdempotency = new Map<string, MemoryRow>();
  /** Of each principal. */
  readonly #unfinished = new Map<string, Set<MemoryRow>>();
  readonly #living = new TimeHeap<MemoryRow>(({ expiresAt }) => expiresAt);
  readonly #ended = new TimeHeap<MemoryRow>(({ expiresAt }) => expiresAt);
  /** Of each audience. */
  readonly #marks = new Map<string, TimeHeap<MemoryRow>>();

  add(row: MemoryRow): void {
    const { flowId, idempotency } = row.identity;
    this.#byFlow.set(flowId, row);
    if (idempotency !== undefined) this.#byIdempotency.set(idempotency, row);
    this.update(row);
  }

  /** To be called when it has ended, or has not after all, and when it has another time or mark. */
  update(row: MemoryRow): void {
    const [into, outOf] =
      row.ended === undefined ? [this.#living, this.#ended] : [this.#ended, this.#living];
    outOf.delete(row);
    into.put(row);
    if (row.ended === undefined) this.#unfinishedOf(row).add(row);
    else this.#finished(row);
    const marks = this.#marksOf(row.identity.audience);
    if (row.mark === undefined) marks.delete(row);
    else marks.put(row);
  }

  delete(row: MemoryRow): void {
    const { flowId, idempotency, audience } = row.identity;
    if (this.#byFlow.get(flowId) === row) this.#byFlow.delete(flowId);
    if (idempotency !== undefined && this.#byIdempotency.get(idempotency) === row) {
      this.#byIdempotency.delete(idempotency);
    }
    this.#living.delete(row);
    this.#ended.delete(row);
    this.#finished(row);
    this.#marksOf(audience).delete(row);
  }

  ofFlow(flowId: string): MemoryRow | undefined {
    return this.#byFlow.get(flowId);
  }

  withIdempotency(key: string | undefined): MemoryRow | undefined {
    return key === undefined ? undefined : this.#byIdempotency.get(key);
  }

  countUnfinished(principal: string): number {
    return this.#unfinished.get(principal)?.size ?? 0;
  }

  /** One that has not ended, and is past its time. */
  overdue(now: number): MemoryRow | undefined {
    return dueBy(now, this.#living.top);
  }

  /** One that has ended, and is past its time. */
  gone(now: number): MemoryRow | undefined {
    return dueBy(now, this.#ended.top);
  }

  /** One whose mark is due. */
  marked(audience: string, now: number): MemoryRow | undefined {
    const top = this.#marks.get(audience)?.top;
    return top !== undefined && top.mark!.due <= now ? top : undefined;
  }

  #unfinishedOf({ identity: { principal } }: MemoryRow): Set<MemoryRow> {
    let own = this.#unfinished.get(principal);
    if (own === undefined) this.#unfinished.set(principal, (own = new Set()));
    return own;
  }

  #finished(row: MemoryRow): void {
    const own = this.#unfinishedOf(row);
    own.delete(row);
    if (own.size === 0) this.#unfinished.delete(row.identity.principal);
  }

  #marksOf(audience: string): TimeHeap<MemoryRow> {
    let own = this.#marks.get(audience);
    if (own === undefined) {
      own = new TimeHeap(({ mark }) => mark!.due);
      this.#marks.set(audience, own);
    }
    return own;
  }
}

function dueBy(now: number, row: MemoryRow | undefined): MemoryRow | undefined {
  return row !== undefined && row.expiresAt <= now ? row : undefined;
}
