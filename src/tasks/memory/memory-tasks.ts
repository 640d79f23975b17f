/** Tasks in memory: for tests, and for servers of one process whose tasks may end with it. */
import {
  type Claimable,
  type ClaimedTask,
  type TaskClaims,
  type CreatedTask,
  type EndMark,
  type TaskLease,
  type LoadedTask,
  type NewAnswer,
  type NewAsk,
  type NewTask,
  type OwnTasks,
  type TaskRow,
  type SealedCell,
  type TaskRecord,
  type TaskRelease,
  type TaskStore,
  leaseLost,
} from '../contract.ts';
import { DueRows } from './due-rows.ts';
import { cellsOf } from './memory-cells.ts';
import { MemoryRow } from './memory-row.ts';
import { RowIndex } from './row-index.ts';
import type { WakeUps } from '../wake-ups.ts';
import { MemoryWakeUps } from '../stored/memory-wake-ups.ts';
import type { SealedText } from '../../stored/sealed-text.ts';

/** What undoes the changes of a transaction. */
export type Undo = (() => void)[];

export class MemoryTasks implements TaskStore<Undo> {
  readonly wakeUps: WakeUps = new MemoryWakeUps();
  readonly #rows = new Map<string, MemoryRow>();
  readonly #index = new RowIndex();
  readonly #due = new DueRows(isClaimable);
  readonly #now: () => number;

  /** @param now the clock, in ms since the epoch */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  // Everybody.

  async create(task: NewTask, undo?: Undo): Promise<CreatedTask> {
    const now = this.#now();
    this.#clear(this.#index.ofFlow(task.flowId));
    this.#clear(this.#index.withIdempotency(task.idempotency));
    const existing =
      this.#index.ofFlow(task.flowId) ?? this.#index.withIdempotency(task.idempotency);
    if (existing !== undefined) return { type: 'exists', task: existing.record(now) };
    const unfinished = this.#index.countUnfinished(task.principal);
    if (unfinished >= task.maxUnfinished) return { type: 'full' };
    const row = new MemoryRow(task, now, (changed) => this.#due.update(changed));
    this.#rows.set(task.taskId, row);
    this.#index.add(row);
    undo?.push(() => this.#delete(row));
    const { taskId } = task;
    return { type: 'created', lease: { taskId, epoch: row.epoch }, task: row.record(now) };
  }

  async read(taskIds: readonly string[]): Promise<readonly TaskRecord[]> {
    const rows = taskIds.map((taskId) => this.#rowOf(taskId));
    return rows.flatMap((row) => (row === undefined ? [] : [row.record(this.#now())]));
  }

  async find(by: { flowId: string } | { idempotency: string }): Promise<TaskRecord | undefined> {
    const row =
      'flowId' in by
        ? this.#there(this.#index.ofFlow(by.flowId))
        : this.#there(this.#index.withIdempotency(by.idempotency));
    return row?.record(this.#now());
  }

  async answer(
    taskId: string,
    answers: readonly NewAnswer[],
    undo?: Undo,
  ): Promise<readonly string[]> {
    const row = this.#rowOf(taskId);
    if (row === undefined) return [];
    this.#snapshot(row, undo);
    return row.answer(answers, this.#now());
  }

  async answerOwn(
    taskId: string,
    answers: readonly NewAnswer[],
    { audience, principal, targets }: OwnTasks,
  ): Promise<readonly string[] | undefined> {
    const row = this.#rowOf(taskId);
    if (row === undefined || row.ended !== undefined) return undefined;
    const { identity } = row;
    if (identity.audience !== audience || identity.principal !== principal) return undefined;
    if (!targets.includes(identity.target)) return undefined;
    return row.answer(
      answers.filter(({ ref }) => row.isQuestion(ref)),
      this.#now(),
    );
  }

  async cancel(taskId: string, retention: number, undo?: Undo): Promise<boolean> {
    const row = this.#rowOf(taskId);
    if (row === undefined || row.ended !== undefined) return false;
    this.#snapshot(row, undo);
    row.finish('cancelled', undefined, retention, this.#now());
    this.#index.update(row);
    return true;
  }

  async discard(taskId: string): Promise<boolean> {
    const row = this.#rowOf(taskId);
    if (row === undefined || row.ended !== undefined) return false;
    this.#delete(row);
    return true;
  }

  // Workers.

  async claim(what: Claimable, limit: number, lease: number): Promise<TaskClaims> {
    const now = this.#now();
    const tasks: ClaimedTask[] = [];
    const taken = new Set<MemoryRow>();
    while (tasks.length < limit) {
      const row = this.#due.first(what);
      // With a lease of no time it is due again at once.
      if (row === undefined || row.due! > now || taken.has(row)) break;
      taken.add(row);
      tasks.push(row.claimed(lease, now));
    }
    const next = this.#due.first(what);
    return { tasks, ...(next && { nextIn: Math.max(0, next.due! - now) }) };
  }

  async load(lease: TaskLease): Promise<LoadedTask> {
    return this.#held(lease).loaded(this.#now());
  }

  async look(lease: TaskLease): Promise<Pick<LoadedTask, 'wanted' | 'asks' | 'now'>> {
    const { wanted, asks, now } = await this.load(lease);
    return { wanted, asks, now };
  }

  async renew(leases: readonly TaskLease[], ms: number): Promise<ReadonlyMap<string, number>> {
    const wanted = new Map<string, number>();
    for (const { taskId, epoch } of leases) {
      const row = this.#rowOf(taskId);
      if (row === undefined || row.epoch !== epoch) continue;
      row.due = this.#now() + ms;
      wanted.set(taskId, row.wanted);
    }
    return wanted;
  }

  async append(lease: TaskLease, entries: readonly TaskRow[]): Promise<void> {
    this.#held(lease).append(entries, this.#now());
  }

  async drop(lease: TaskLease, dropped: readonly TaskRow[]): Promise<void> {
    this.#held(lease).drop(dropped, this.#now());
  }

  async ask(lease: TaskLease, asks: readonly NewAsk[]): Promise<void> {
    this.#held(lease).ask(asks, this.#now());
  }

  async describe(lease: TaskLease, message: SealedText): Promise<void> {
    this.#held(lease).describe(message, this.#now());
  }

  async release(lease: TaskLease, release: TaskRelease): Promise<number> {
    return this.#held(lease).release(release, this.#now());
  }

  async finish(
    lease: TaskLease,
    end: { status: 'completed' | 'failed'; content: SealedText; retention: number },
    undo?: Undo,
  ): Promise<void> {
    const row = this.#held(lease);
    this.#snapshot(row, undo);
    row.finish(end.status, end.content, end.retention, this.#now());
    this.#index.update(row);
  }

  // Looking after all tasks.

  async expire(limit: number, retention: number): Promise<readonly string[]> {
    const now = this.#now();
    const taskIds: string[] = [];
    for (let row; taskIds.length < limit && (row = this.#index.overdue(now));) {
      row.finish('failed', undefined, retention, now);
      this.#index.update(row);
      taskIds.push(row.identity.taskId);
    }
    return taskIds;
  }

  async remove(limit: number): Promise<number> {
    const now = this.#now();
    let count = 0;
    for (let row; count < limit && (row = this.#index.gone(now)); count++) this.#delete(row);
    return count;
  }

  async unclaimable(what: Claimable): ReturnType<TaskStore['unclaimable']> {
    type Found = Awaited<ReturnType<TaskStore['unclaimable']>>[number];
    const found = new Map<string, Found>();
    for (const { identity, due } of this.#rows.values()) {
      const { audience, target, version, call } = identity;
      if (due === undefined || due > this.#now() || audience !== what.audience) continue;
      const reason = whyNot(target, version, call.keyId, what);
      if (reason === undefined) continue;
      const where = JSON.stringify([reason, target, version]);
      const count = (found.get(where)?.count ?? 0) + 1;
      found.set(where, { reason, target, version, count });
    }
    return [...found.values()];
  }

  async countDue(what: Claimable): Promise<number> {
    const now = this.#now();
    const rows = [...this.#rows.values()];
    return rows.filter((row) => (row.due ?? Infinity) <= now && isClaimable(row, what)).length;
  }

  async claimMarks(audience: string, limit: number, hold: number): Promise<readonly EndMark[]> {
    const now = this.#now();
    const taken = new Set<MemoryRow>();
    for (let row; taken.size < limit && (row = this.#index.marked(audience, now));) {
      // With a hold of no time it is due again at once.
      if (taken.has(row)) break;
      taken.add(row);
      row.mark = { due: now + hold, attempts: row.mark!.attempts + 1 };
      this.#index.update(row);
    }
    return [...taken].map((row) => ({ task: row.record(now), attempts: row.mark!.attempts }));
  }

  async settleMark(taskId: string, after?: number): Promise<void> {
    const row = this.#rows.get(taskId);
    if (row?.mark === undefined) return;
    const { attempts } = row.mark;
    row.mark = after === undefined ? undefined : { due: this.#now() + after, attempts };
    this.#index.update(row);
  }

  // Keys.

  async countKeys(): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for (const { sealed } of [...this.#rows.values()].flatMap(cellsOf)) {
      counts.set(sealed.keyId, (counts.get(sealed.keyId) ?? 0) + 1);
    }
    return counts;
  }

  async sealedUnder(keyId: string, limit: number): Promise<readonly SealedCell[]> {
    const cells = [...this.#rows.values()].flatMap(cellsOf);
    const under = cells.filter(({ sealed }) => sealed.keyId === keyId).slice(0, limit);
    return under.map(({ taskId, column, key, sealed }) => ({ taskId, column, key, sealed }));
  }

  async reseal({ taskId, column, key, sealed }: SealedCell, next: SealedText): Promise<boolean> {
    const row = this.#rows.get(taskId);
    const cell = row && cellsOf(row).find((each) => each.column === column && each.key === key);
    if (cell?.sealed.text !== sealed.text || cell.sealed.keyId !== sealed.keyId) return false;
    cell.put(next);
    // Who can claim it depends on the key.
    this.#due.update(row!);
    return true;
  }

  #rowOf(taskId: string): MemoryRow | undefined {
    return this.#there(this.#rows.get(taskId));
  }

  #there(row: MemoryRow | undefined): MemoryRow | undefined {
    return row?.isGone(this.#now()) ? undefined : row;
  }

  /** What is gone is in the way of no other. */
  #clear(row: MemoryRow | undefined): void {
    if (row?.isGone(this.#now())) this.#delete(row);
  }

  #snapshot(row: MemoryRow, undo: Undo | undefined): void {
    const putBack = undo && row.snapshot();
    if (putBack === undefined) return;
    undo!.push(() => {
      putBack();
      this.#index.update(row);
    });
  }

  #delete(row: MemoryRow): void {
    this.#rows.delete(row.identity.taskId);
    this.#index.delete(row);
    this.#due.delete(row);
  }

  #held(lease: TaskLease): MemoryRow {
    const row = this.#rows.get(lease.taskId);
    if (row === undefined || row.epoch !== lease.epoch) throw leaseLost(lease);
    return row;
  }
}

function isClaimable({ identity }: MemoryRow, what: Claimable): boolean {
  const { audience, target, version, call } = identity;
  return audience === what.audience && whyNot(target, version, call.keyId, what) === undefined;
}

function whyNot(
  target: string,
  version: string,
  keyId: string,
  { targets, keyIds }: Claimable,
): 'target' | 'version' | 'key' | undefined {
  const versions = targets.get(target);
  if (versions === undefined) return 'target';
  if (!versions.includes(version)) return 'version';
  return keyIds.includes(keyId) ? undefined : 'key';
}
