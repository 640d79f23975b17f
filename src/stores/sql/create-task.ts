import { RondoError } from '../../base/errors.ts';
import type { CreatedTask, NewTask, TaskRecord } from '../../tasks/contract.ts';
import { newRecord } from '../../tasks/stored/stored-task.ts';
import type { BatchedWrite, Values } from './batched-writes.ts';
import type { Query } from './executor.ts';
import {
  type RecordRow,
  IS_THERE,
  RECORD,
  askRows,
  recordOf,
  textOf,
  textsOf,
  textsOfAsks,
} from './rows.ts';

/** What {@link CREATE} returns. */
export interface MadeRow {
  readonly made: 'created' | 'exists' | 'full';
  readonly made_at: number;
}

/** How it is created: in a transaction, or in one of its own. */
export interface Creating {
  readonly query: Query;
  readonly creates: BatchedWrite<MadeRow>;
  readonly transaction: Query | undefined;
}

/**
 * Writes a task with all that it brings along. Tasks that are created at the same time do not see
 * each other: a principal may have some more than `maxUnfinished`.
 */
export async function createTask(how: Creating, task: NewTask): Promise<CreatedTask> {
  // The time of the task that has its flow may end between two statements: then it is free.
  const created = (await tryToCreate(how, task)) ?? (await tryToCreate(how, task));
  if (created === undefined) throw new RondoError('store_failed', 'A task has come and gone.');
  return created;
}

async function tryToCreate(
  { query, creates, transaction }: Creating,
  task: NewTask,
): Promise<CreatedTask | undefined> {
  const { made, made_at } = await creates.call(valuesOf(task), transaction);
  if (made === 'exists') return findExisting(transaction ?? query, task);
  return made === 'full' ? { type: 'full' } : createdTask(task, newRecord(task, made_at));
}

/** Under the first epoch: if somebody has it by now, that is refused. */
function createdTask({ taskId }: NewTask, task: TaskRecord): CreatedTask {
  return { type: 'created', lease: { taskId, epoch: 1 }, task };
}

/** The task of the flow or the key. It is this one if it has been written by an attempt before. */
async function findExisting(query: Query, task: NewTask): Promise<CreatedTask | undefined> {
  const text = `${RECORD} where (t.flow_id = $1 or t.idempotency = $2) and ${IS_THERE}
    order by t.flow_id = $1 desc limit 1`;
  const values = [task.flowId, task.idempotency ?? null];
  const [row] = await query<RecordRow>(text, values);
  if (row === undefined) return undefined;
  const found = recordOf(row);
  return found.taskId === task.taskId ? createdTask(task, found) : { type: 'exists', task: found };
}

function valuesOf(task: NewTask): Values {
  const { taskId, flowId, idempotency, audience, target, version, principal, request } = task;
  const { call, entries = [], asks = [], dropped = [] } = task;
  const texts = [
    textOf('call', '', call),
    ...textsOf('entry', entries),
    ...textsOfAsks(asks),
    ...textsOf('dropped', dropped),
  ];
  const identity = { task_id: taskId, flow_id: flowId, idempotency, audience, target, version };
  return {
    ...identity,
    principal,
    request,
    call_key_id: call.keyId,
    marks_end: task.marksEnd,
    ttl: task.ttl,
    lease: task.lease,
    asks: askRows(asks),
    texts,
    max_unfinished: task.maxUnfinished,
    created_at: task.createdAt,
  };
}
