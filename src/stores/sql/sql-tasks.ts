/** Tasks in a SQL database. */
import {
  type Claimable,
  type CreatedTask,
  type EndMark,
  type EndStatus,
  type LoadedTask,
  type NewAnswer,
  type NewAsk,
  type NewTask,
  type OwnTasks,
  type SealedCell,
  type TaskClaims,
  type TaskLease,
  type TaskRecord,
  type TaskRelease,
  type TaskRow,
  type TaskStore,
  leaseLost,
} from '../../tasks/contract.ts';
import type { WakeUps } from '../../tasks/wake-ups.ts';
import { BatchedWrite } from './batched-writes.ts';
import { Batches } from './batches.ts';
import { type MadeRow, createTask } from './create-task.ts';
import type { Executor, Query } from './executor.ts';
import {
  type AskRow,
  type ClaimedRow,
  type LoadedRow,
  type RecordRow,
  type TextParameter,
  IS_THERE,
  RECORD,
  answerRows,
  askOf,
  askRows,
  claimedOf,
  loadedOf,
  recordOf,
  textOf,
  textsOf,
  textsOfAsks,
} from './rows.ts';
import * as signatures from './signatures.ts';
import * as sql from './statements.ts';
import type { SealedText } from '../../stored/sealed-text.ts';

/** How many single tasks a statement reads: each may have a result of 4 MiB. */
const READ_AT_ONCE = 20;

interface HeldRow {
  readonly held: boolean;
}

export class SqlTasks implements TaskStore<Query> {
  readonly wakeUps: WakeUps;
  readonly #executor: Executor;
  readonly #reads: Batches<string, TaskRecord | undefined>;
  readonly #creates: BatchedWrite<MadeRow>;
  readonly #answers: BatchedWrite<{ refs: readonly string[] | null }>;
  readonly #appends: BatchedWrite<HeldRow>;
  readonly #releases: BatchedWrite<{ due: number | null }>;
  readonly #ends: BatchedWrite<HeldRow>;
  readonly #renewals: BatchedWrite<{ wanted: number | null }>;

  constructor(executor: Executor, wakeUps: WakeUps) {
    const { query } = executor;
    this.#executor = executor;
    this.wakeUps = wakeUps;
    this.#reads = new Batches((taskIds) => this.#readEach(taskIds), { most: READ_AT_ONCE });
    this.#creates = new BatchedWrite(query, signatures.CREATE);
    this.#answers = new BatchedWrite(query, signatures.ANSWER_OWN);
    this.#appends = new BatchedWrite(query, signatures.APPEND);
    this.#releases = new BatchedWrite(query, signatures.RELEASE);
    this.#ends = new BatchedWrite(query, signatures.FINISH);
    this.#renewals = new BatchedWrite(query, signatures.RENEW);
  }

  // Everybody.

  create(task: NewTask, transaction?: Query): Promise<CreatedTask> {
    const { query } = this.#executor;
    return createTask({ query, creates: this.#creates, transaction }, task);
  }

  async read(taskIds: readonly string[]): Promise<readonly TaskRecord[]> {
    if (taskIds.length !== 1) return this.#read(taskIds);
    const task = await this.#reads.add(taskIds[0]!);
    return task === undefined ? [] : [task];
  }

  async find(by: { flowId: string } | { idempotency: string }): Promise<TaskRecord | undefined> {
    const [column, value] =
      'flowId' in by ? ['flow_id', by.flowId] : ['idempotency', by.idempotency];
    const where = `where t.${column} = $1 and ${IS_THERE}`;
    const [row] = await this.#query<RecordRow>(`${RECORD} ${where}`, [value]);
    return row && recordOf(row);
  }

  async answer(
    taskId: string,
    answers: readonly NewAnswer[],
    transaction?: Query,
  ): Promise<readonly string[]> {
    const query = transaction ?? this.#executor.query;
    const taken = await query<{ ref: string }>(sql.ANSWER, [taskId, json(answerRows(answers))]);
    return taken.map(({ ref }) => ref);
  }

  async answerOwn(
    taskId: string,
    answers: readonly NewAnswer[],
    { audience, principal, targets }: OwnTasks,
  ): Promise<readonly string[] | undefined> {
    const own = { audience, principal, targets };
    const values = { task_id: taskId, answers: answerRows(answers), ...own };
    return (await this.#answers.call(values)).refs ?? undefined;
  }

  cancel(taskId: string, retention: number, transaction?: Query): Promise<boolean> {
    return this.#in(transaction, async (query) => {
      if (!(await isUnfinished(query, taskId))) return false;
      await query(sql.END, [[taskId], 'cancelled', retention]);
      return true;
    });
  }

  async discard(taskId: string): Promise<boolean> {
    return (await this.#query(sql.DISCARD, [taskId])).length > 0;
  }

  // Workers.

  async claim(what: Claimable, limit: number, lease: number): Promise<TaskClaims> {
    type Row = { task: ClaimedRow | null; next: number | null };
    const rows = await this.#query<Row>(sql.CLAIM, [...claimParameters(what), limit, lease]);
    const { next } = rows[0]!;
    const tasks = rows.flatMap(({ task }) => (task === null ? [] : [claimedOf(task)]));
    return { tasks, ...(next !== null && { nextIn: next }) };
  }

  async load(lease: TaskLease): Promise<LoadedTask> {
    return loadedOf(await this.#held<LoadedRow>(sql.LOAD, lease));
  }

  async look(lease: TaskLease): Promise<Pick<LoadedTask, 'wanted' | 'asks' | 'now'>> {
    type Row = { wanted: number; asks: readonly AskRow[]; now: number };
    const found = await this.#held<Row>(sql.LOOK, lease);
    return { ...found, asks: found.asks.map(askOf) };
  }

  async renew(leases: readonly TaskLease[], ms: number): Promise<ReadonlyMap<string, number>> {
    const renewed = leases.map(async (lease) => {
      const { wanted } = await this.#renewals.call({ ...columnsOf(lease), ms });
      return wanted === null ? [] : [[lease.taskId, wanted] as const];
    });
    return new Map((await Promise.all(renewed)).flat());
  }

  async append(lease: TaskLease, entries: readonly TaskRow[]): Promise<void> {
    const values = { keys: keysOf(entries), texts: textsOf('entry', entries) };
    assertHeld(lease, await this.#appends.call({ ...columnsOf(lease), ...values }));
  }

  drop(lease: TaskLease, dropped: readonly TaskRow[]): Promise<void> {
    return this.#write(lease, sql.DROP, [keysOf(dropped), json(textsOf('dropped', dropped))]);
  }

  ask(lease: TaskLease, asks: readonly NewAsk[]): Promise<void> {
    return this.#write(lease, sql.ASK, [json(askRows(asks)), json(textsOfAsks(asks))]);
  }

  describe(lease: TaskLease, message: SealedText): Promise<void> {
    return this.#write(lease, sql.DESCRIBE, [json([textOf('message', '', message)])]);
  }

  async release(lease: TaskLease, release: TaskRelease): Promise<number> {
    const { seen, after, entries = [], asks = [] } = release;
    const recorded = { entry_keys: keysOf(entries), entry_texts: textsOf('entry', entries) };
    const asked = { ask_keys: keysOf(asks), asks: askRows(asks), ask_texts: textsOfAsks(asks) };
    const values = { ...columnsOf(lease), ...recorded, ...asked, seen, after };
    const { due } = await this.#releases.call(values);
    if (due === null) throw leaseLost(lease);
    return due;
  }

  async finish(
    lease: TaskLease,
    { status, content, retention }: Parameters<TaskStore['finish']>[1],
    transaction?: Query,
  ): Promise<void> {
    const end = { status, retention, texts: [textOf('end', '', content)] };
    assertHeld(lease, await this.#ends.call({ ...columnsOf(lease), ...end }, transaction));
  }

  // Looking after all tasks.

  async expire(limit: number, retention: number): Promise<readonly string[]> {
    const rows = await this.#query<{ id: string }>(sql.EXPIRE, [limit, retention]);
    return rows.map(({ id }) => id);
  }

  async remove(limit: number): Promise<number> {
    return (await this.#query(sql.REMOVE, [limit])).length;
  }

  unclaimable(what: Claimable): ReturnType<TaskStore['unclaimable']> {
    type Rows = Awaited<ReturnType<TaskStore['unclaimable']>>;
    return this.#query<Rows[number]>(sql.UNCLAIMABLE, claimParameters(what));
  }

  async countDue(what: Claimable): Promise<number> {
    const [row] = await this.#query<{ count: number }>(sql.COUNT_DUE, claimParameters(what));
    return row!.count;
  }

  claimMarks(audience: string, limit: number, hold: number): Promise<readonly EndMark[]> {
    return this.#executor.transaction(async (query) => {
      type Row = { taskId: string; attempts: number };
      const marks = await query<Row>(sql.CLAIM_MARKS, [audience, limit, hold]);
      const attempts = new Map(marks.map((mark) => [mark.taskId, mark.attempts]));
      const where = 'where t.task_id = any($1::text[])';
      const rows = await query<RecordRow>(`${RECORD} ${where}`, [[...attempts.keys()]]);
      return rows.map((row) => ({ task: recordOf(row), attempts: attempts.get(row.task_id)! }));
    });
  }

  async settleMark(taskId: string, after?: number): Promise<void> {
    await this.#query(sql.SETTLE_MARK, [taskId, after ?? null]);
  }

  // Keys.

  async countKeys(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.#query<{ key_id: string; count: number }>(sql.COUNT_KEYS);
    return new Map(rows.map(({ key_id, count }) => [key_id, count]));
  }

  async sealedUnder(keyId: string, limit: number): Promise<readonly SealedCell[]> {
    type Row = TextParameter & { task_id: string; kind: SealedCell['column'] };
    const rows = await this.#query<Row>(sql.SEALED_UNDER, [keyId, limit]);
    return rows.map(({ task_id, kind, key, text }) => ({
      taskId: task_id,
      column: kind,
      key,
      sealed: { keyId, text },
    }));
  }

  reseal({ taskId, column, key, sealed }: SealedCell, next: SealedText): Promise<boolean> {
    const values = [taskId, column, key, sealed.keyId, sealed.text, next.keyId, next.text];
    return this.#executor.transaction(async (query) => {
      await query(sql.LOCK, [taskId]);
      return (await query(sql.RESEAL, values)).length > 0;
    });
  }

  async #read(taskIds: readonly string[]): Promise<readonly TaskRecord[]> {
    type Row = { task: RecordRow };
    return (await this.#query<Row>(sql.READ, [taskIds])).map(({ task }) => recordOf(task));
  }

  async #readEach(taskIds: readonly string[]): Promise<readonly (TaskRecord | undefined)[]> {
    const tasks = await this.#read([...new Set(taskIds)]);
    const byId = new Map(tasks.map((task) => [task.taskId, task]));
    return taskIds.map((taskId) => byId.get(taskId));
  }

  #query<Row extends object>(text: string, values?: readonly unknown[]): Promise<readonly Row[]> {
    return this.#executor.query<Row>(text, values);
  }

  /** @throws leaseLost() */
  async #held<Task>(text: string, lease: TaskLease): Promise<Task> {
    const [row] = await this.#query<{ task: Task }>(text, [lease.taskId, lease.epoch]);
    if (row === undefined) throw leaseLost(lease);
    return row.task;
  }

  #in<T>(transaction: Query | undefined, work: (query: Query) => Promise<T>): Promise<T> {
    return transaction === undefined ? this.#executor.transaction(work) : work(transaction);
  }

  async #write(lease: TaskLease, text: string, values: readonly unknown[]): Promise<void> {
    const [row] = await this.#query<HeldRow>(text, [lease.taskId, lease.epoch, ...values]);
    assertHeld(lease, row!);
  }
}

/** @throws leaseLost() */
function assertHeld(lease: TaskLease, { held }: HeldRow): void {
  if (!held) throw leaseLost(lease);
}

function columnsOf({ taskId, epoch }: TaskLease): object {
  return { task_id: taskId, epoch };
}

/** Locks the task. */
async function isUnfinished(query: Query, taskId: string): Promise<boolean> {
  const [row] = await query<{ ended: EndStatus | null }>(sql.LOCK, [taskId]);
  return row !== undefined && row.ended === null;
}

function keysOf(rows: readonly { readonly key: string }[]): readonly string[] {
  return rows.map(({ key }) => key);
}

function json(rows: readonly object[]): string {
  return JSON.stringify(rows);
}

/** The parameters $1 to $4 of statements about tasks that a worker can run. */
function claimParameters({ audience, targets, keyIds }: Claimable): unknown[] {
  const pairs = [...targets].flatMap(([target, versions]) =>
    versions.map((version) => [target, version] as const),
  );
  return [audience, pairs.map(([target]) => target), pairs.map(([, version]) => version), keyIds];
}
