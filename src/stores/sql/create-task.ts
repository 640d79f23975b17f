import { RondoError } from '../../base/errors.ts';
import type { CreatedTask, NewTask } from '../../tasks/contract.ts';
import { newRecord } from '../../tasks/stored/stored-task.ts';
import type { Query } from './executor.ts';
import {
  type RecordRow,
  IS_THERE,
  RECORD,
  askParameter,
  recordOf,
  textOf,
  textsOf,
  textsOfAsks,
} from './rows.ts';
import * as sql from './statements.ts';

/**
 * Writes a task with all that it brings along. Tasks that are created at the same time do not see
 * each other: a principal may have some more than `maxUnfinished`.
 */
export async function createTask(query: Query, task: NewTask): Promise<CreatedTask> {
  // The time of the task that has its flow may end between two statements: then it is free.
  const created = (await tryToCreate(query, task)) ?? (await tryToCreate(query, task));
  if (created === undefined) throw new RondoError('store_failed', 'A task has come and gone.');
  return created;
}

async function tryToCreate(query: Query, task: NewTask): Promise<CreatedTask | undefined> {
  type Row = { made: 'created' | 'exists' | 'full'; made_at: number };
  const [row] = await query<Row>(sql.CREATE, parametersOf(task));
  const { made, made_at } = row!;
  if (made === 'exists') return findExisting(query, task);
  return made === 'full' ? { type: 'full' } : createdTask(task, made_at);
}

/** What has just been written. */
function createdTask(task: NewTask, now: number): CreatedTask {
  const lease = { taskId: task.taskId, epoch: 1 };
  return { type: 'created', lease, task: newRecord(task, now) };
}

/** The task of the flow or the key. It is this one if it has been written by an attempt before. */
async function findExisting(query: Query, task: NewTask): Promise<CreatedTask | undefined> {
  const text = `${RECORD} where (t.flow_id = $1 or t.idempotency = $2) and ${IS_THERE}
    order by t.flow_id = $1 desc limit 1`;
  const values = [task.flowId, task.idempotency ?? null];
  const [row] = await query<RecordRow>(text, values);
  if (row === undefined) return undefined;
  const found = recordOf(row);
  const { taskId } = found;
  if (taskId !== task.taskId) return { type: 'exists', task: found };
  return { type: 'created', lease: { taskId, epoch: row.epoch }, task: found };
}

function parametersOf(task: NewTask): unknown[] {
  const { taskId, flowId, idempotency, audience, target, version, principal, request } = task;
  const { call, entries = [], asks = [], dropped = [] } = task;
  const texts = [
    textOf('call', '', call),
    ...textsOf('entry', entries),
    ...textsOfAsks(asks),
    ...textsOf('dropped', dropped),
  ];
  return [
    taskId,
    flowId,
    idempotency ?? null,
    audience,
    target,
    version,
    principal,
    request,
    call.keyId,
    task.marksEnd,
    task.ttl,
    task.lease ?? null,
    askParameter(asks),
    JSON.stringify(texts),
    task.maxUnfinished,
    task.createdAt ?? null,
  ];
}
