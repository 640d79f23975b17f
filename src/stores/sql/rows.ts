/** From rows of the database to what the contract says, and back. */
import type {
  ClaimedTask,
  LoadedTask,
  NewAnswer,
  NewAsk,
  StoredAsk,
  TaskIdentity,
  TaskRecord,
  TaskRow,
  TaskStatus,
} from '../../tasks/contract.ts';
import type { SealedText } from '../../stored/sealed-text.ts';

/** What {@link FIELDS} are. */
export interface RecordRow {
  readonly task_id: string;
  readonly epoch: number;
  readonly flow_id: string;
  readonly idempotency: string | null;
  readonly audience: string;
  readonly target: string;
  readonly version: string;
  readonly principal: string;
  readonly request: string;
  readonly ended: TaskStatus | null;
  readonly created_at: number;
  readonly updated_at: number;
  readonly expires_at: number;
  readonly now: number;
  readonly own: Readonly<Record<'call' | 'message' | 'end', SealedText | undefined>>;
  readonly questions: readonly AskRow[];
}

/** What {@link LOADED_FIELDS} are. */
export interface LoadedRow extends RecordRow {
  readonly wanted: number;
  readonly entries: readonly TaskRow[];
  readonly asks: readonly AskRow[];
  readonly dropped: readonly TaskRow[];
}

/** A task that is claimed: what is large of it is loaded apart. */
export interface ClaimedRow extends Omit<ClaimedTask, 'loaded'> {
  readonly loaded: LoadedRow | null;
}

export interface AskRow {
  readonly key: string;
  readonly ref: string;
  readonly isTimer: boolean;
  readonly expiresAt: number | null;
  readonly content: SealedText;
  readonly answer: SealedText | null;
}

const TEXT = (of: string): string => `json_build_object('keyId', ${of}.key_id, 'text', ${of}.text)`;

function rowsOf(kind: string): string {
  return `coalesce((
    select json_agg(json_build_object('key', s.key, 'content', ${TEXT('s')}) order by s.position)
    from rondo.sealed s where s.task_id = t.task_id and s.kind = '${kind}'), '[]')`;
}

function asksThat(are: string): string {
  return `coalesce((
    select json_agg(json_build_object('key', a.key, 'ref', a.ref, 'isTimer', a.is_timer,
      'expiresAt', a.expires_at, 'content', ${TEXT('q')},
      'answer', case when a.is_answered then ${TEXT('g')} end) order by a.position)
    from rondo.ask a
    join rondo.sealed q on q.task_id = a.task_id and q.kind = 'ask' and q.key = a.key
    left join rondo.sealed g on g.task_id = a.task_id and g.kind = 'answer' and g.key = a.key
    where a.task_id = t.task_id and ${are}), '[]')`;
}

/** In order: one statement, so that it is one state. */
export const ASKS: string = asksThat('true');

export const FIELDS: string = `t.task_id, t.epoch, t.flow_id, t.idempotency, t.audience, t.target, t.version, t.principal,
  t.request, t.ended, t.created_at::float8, t.updated_at::float8, t.expires_at::float8,
  rondo.now_ms()::float8 as now,
  (select json_object_agg(s.kind, ${TEXT('s')}) from rondo.sealed s
    where s.task_id = t.task_id and s.kind in ('call', 'message', 'end')) as own,
  ${asksThat('not a.is_timer and not a.is_answered')} as questions`;

export const RECORD: string = `select ${FIELDS} from rondo.task t`;

export const LOADED_FIELDS: string = `${FIELDS}, t.wanted, ${rowsOf('entry')} as entries,
  ${ASKS} as asks, ${rowsOf('dropped')} as dropped`;

/**
 * Of a task that has not ended, or can still be read. No index is of any use for it: a plan that was made
 * while there were few tasks would go through all of them for ever.
 */
export const IS_THERE =
  '(case when t.ended is null then true else t.expires_at > rondo.now_ms() end)';

export function recordOf(row: RecordRow): TaskRecord {
  const { message, end } = row.own;
  return {
    ...identityOf(row),
    status: row.ended ?? (row.questions.length > 0 ? 'input_required' : 'working'),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    expiresAt: row.expires_at,
    now: row.now,
    ...(message && { message }),
    ...(end && { end }),
    questions: row.questions.map(askOf),
  };
}

function identityOf(row: RecordRow): TaskIdentity {
  const { audience, target, version, principal, request, idempotency } = row;
  return {
    taskId: row.task_id,
    flowId: row.flow_id,
    audience,
    target,
    version,
    principal,
    request,
    ...(idempotency !== null && { idempotency }),
    call: row.own.call!,
  };
}

export function loadedOf(row: LoadedRow): LoadedTask {
  const { wanted, entries, dropped } = row;
  return { ...recordOf(row), wanted, entries, asks: row.asks.map(askOf), dropped };
}

export function claimedOf({ loaded, ...claimed }: ClaimedRow): ClaimedTask {
  return { ...claimed, loaded: loaded === null ? undefined : loadedOf(loaded) };
}

export function askOf({ key, ref, isTimer, content, expiresAt, answer }: AskRow): StoredAsk {
  return {
    key,
    ref,
    isTimer,
    content,
    ...(expiresAt !== null && { expiresAt }),
    ...(answer !== null && { answer }),
  };
}

/** A sealed text, for `json_to_recordset`. */
export interface TextParameter {
  readonly kind: string;
  readonly key: string;
  readonly key_id: string;
  readonly text: string;
}

export function textOf(kind: string, key: string, { keyId, text }: SealedText): TextParameter {
  return { kind, key, key_id: keyId, text };
}

export function textsOf(kind: string, rows: readonly TaskRow[]): TextParameter[] {
  return rows.map(({ key, content }) => textOf(kind, key, content));
}

/** Answers, for `json_to_recordset`. */
export function answerRows(answers: readonly NewAnswer[]): readonly object[] {
  return answers.map(({ ref, content: { keyId, text } }) => ({ ref, key_id: keyId, text }));
}

type AnyAsk = NewAsk & { readonly answer?: SealedText | undefined };

/** The rows of asks, for `json_to_recordset`. Their texts are apart: {@link textsOfAsks}. */
export function askRows(asks: readonly AnyAsk[]): readonly object[] {
  return asks.map((ask) => ({
    key: ask.key,
    ref: ask.ref,
    is_timer: ask.isTimer,
    expires_in: ask.expiresIn,
    expires_at: ask.expiresAt,
    is_answered: ask.answer !== undefined,
  }));
}

export function textsOfAsks(asks: readonly AnyAsk[]): TextParameter[] {
  return asks.flatMap(({ key, content, answer }) => [
    textOf('ask', key, content),
    ...(answer === undefined ? [] : [textOf('answer', key, answer)]),
  ]);
}
