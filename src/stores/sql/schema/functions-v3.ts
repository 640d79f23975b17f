/**
 * Functions of version 3: they read a task whole, by plans that a session keeps, and what a worker does
 * at once with a task is one of them. See functions-v2.ts.
 */
import {
  BY_INDEX,
  IN_ORDER,
  NEXT,
  createTask,
  putAsks,
  putTexts,
  takenWith,
} from './functions-v2.ts';
import { ASKS, FIELDS, LOADED_FIELDS } from '../rows.ts';

/** How much of a task may come along when it is claimed, in bytes: the rest is loaded apart. */
const ALONG = 262_144;

/**
 * Lists of keys and ids are short. Without this a plan would be made anew at each call, since the one
 * for a list of any length seems to cost more.
 */
const KEEPING = 'set plan_cache_mode = force_generic_plan';

/** How a function plans that does not go through rows in order: once for each session. */
export const ONCE: string = `${BY_INDEX} ${KEEPING}`;

/** Those of the tasks $1 that there are. */
const READ = `create function rondo.read_tasks(text[]) returns setof json stable ${ONCE} as $$
begin
  return query select row_to_json(r) from (
    select ${FIELDS} from rondo.task t where t.task_id = any($1)
      and (t.ended is null or t.expires_at > rondo.now_ms())) r;
end $$`;

/** The task $1, for who holds it under the epoch $2. */
const LOAD = `create function rondo.load_task(text, integer) returns setof json stable ${ONCE} as $$
begin
  return query select row_to_json(r) from (
    select ${LOADED_FIELDS} from rondo.task t where t.task_id = $1 and t.epoch = $2) r;
end $$`;

/** The same without what is recorded. */
const LOOK = `create function rondo.look_at_task(text, integer) returns setof json stable ${ONCE} as $$
begin
  return query select row_to_json(r) from (
    select t.wanted, ${ASKS} as asks, rondo.now_ms() as now
    from rondo.task t where t.task_id = $1 and t.epoch = $2) r;
end $$`;

interface TakeTasks {
  readonly name: string;
  /** What is done first. */
  readonly first?: string;
  /** The epoch that each gets. */
  readonly epoch: string;
}

/**
 * Takes $5 tasks for $6 ms, and returns each of them with what is due next of the others: that is in
 * the only row if none is taken.
 */
export const takeTasks = ({
  name,
  first = '',
  epoch,
}: TakeTasks): string => `create function rondo.${name}(text, text[], text[], text[], integer, bigint)
  returns table (task json, next float8)
  ${IN_ORDER} ${KEEPING} as $$
declare
  ids text[];
  lapsed boolean[];
begin${first}${takenWith(epoch)}
  select coalesce(array_agg(task_id order by due), '{}'), array_agg(is_held order by due)
    into ids, lapsed from taken;${NEXT}
  return query select json_build_object('taskId', t.task_id, 'epoch', t.epoch, 'target', t.target,
      'wanted', t.wanted, 'lapses', t.lapses, 'hasLapsed', c.has_lapsed, 'loaded', (
        select row_to_json(r) from (select ${LOADED_FIELDS}) r where ${ALONG} >= (
          select sum(octet_length(s.text)) from rondo.sealed s where s.task_id = t.task_id))), next
    from unnest(ids, lapsed) with ordinality as c (task_id, has_lapsed, n)
    join rondo.task t using (task_id) order by c.n;
  if not found then return query select null::json, next; end if;
end $$`;

/** Deletes the asks of these keys, and what questions and answers leave behind. */
const forget = (keys: string): string => `
    with asks as (delete from rondo.ask where task_id = $1 and key = any(${keys}))
    delete from rondo.sealed where task_id = $1 and key = any(${keys})
      and kind in ('ask', 'answer', 'dropped');`;

interface ReleaseTask {
  readonly name: string;
  /** Declares more than when it is due. */
  readonly more?: string;
  /** Deletes the asks of these keys, and what questions and answers leave behind. */
  readonly forget: (keys: string) => string;
  /** Whether what clients see has changed. */
  readonly hasChanged: string;
}

/**
 * Lets go of the task $1 with the epoch $2, which has seen $8 and waits for $9 ms, or for what it has
 * asked. Before that it is written what is recorded ($3: keys, $4: texts) and asked ($5: keys, $6, $7:
 * texts). Returns when it is due; nothing if it is lost.
 */
export const releaseTask = ({
  name,
  more = '',
  forget: forgetting,
  hasChanged,
}: ReleaseTask): string => `create function rondo.${name}(text, integer, text[], json, text[], json, json,
    integer, bigint) returns float8
  ${ONCE} as $$
declare
  is_due float8;${more}
begin
  perform from rondo.task where task_id = $1 and epoch = $2 for no key update;
  if not found then return null; end if;
  if cardinality($3) > 0 then${forgetting('$3')}${putTexts('$4')}
  end if;
  if cardinality($5) > 0 then${forgetting('$5')}${putAsks('$6')}${putTexts('$7')}
  end if;
  with freed as (
    update rondo.task set epoch = epoch + 1,
      lapses = case when cardinality($3) > 0 then 0 else lapses end,
      updated_at = case when ${hasChanged}
        then greatest(updated_at, rondo.now_ms()) else updated_at end
    where task_id = $1 returning wanted, expires_at)
  update rondo.lease l set is_held = false, due = case
      when freed.wanted > $8 then rondo.now_ms()
      when $9 is not null then rondo.now_ms() + $9
      else least(freed.expires_at, (select min(a.expires_at) from rondo.ask a
        where a.task_id = $1 and not a.is_answered)) end
  from freed where l.task_id = $1 returning l.due into is_due;
  return is_due;
end $$`;

const RELEASE = releaseTask({
  name: 'write_and_release',
  forget,
  hasChanged: 'cardinality($3) + cardinality($5) > 0',
});

/**
 * The refs of those of the answers $2 that questions of the task $1 have taken; nothing, if it is no task
 * of the audience $3, the principal $4 and the targets $5 that has not ended.
 */
const ANSWER = `create function rondo.answer_own_task(text, json, text, text, text[]) returns json
  ${ONCE} as $$
begin
  perform from rondo.task where task_id = $1 and audience = $3 and principal = $4
    and target = any($5) and ended is null for no key update;
  if not found then return null; end if;
  return to_json(array(select rondo.answer_task($1, coalesce((
    select json_agg(given) from json_array_elements($2) as given join rondo.ask a
      on a.task_id = $1 and a.ref = given ->> 'ref' and not a.is_timer), '[]'))));
end $$`;

/** As in version 2; $16: when it was created, or null for now. */
const CREATE = createTask({
  name: 'create_task_at',
  more: ', bigint',
  createdAt: 'coalesce($16, rondo.now_ms())',
  how: ONCE,
});

const EARLIER = 'end_tasks append_entries drop_questions put_asks answer_task expire_tasks'.split(
  ' ',
);

export const FUNCTIONS_V3: readonly string[] = [
  READ,
  LOAD,
  LOOK,
  takeTasks({ name: 'claim_and_load', epoch: 't.epoch + 1' }),
  RELEASE,
  ANSWER,
  CREATE,
  ...EARLIER.map((name) => `alter function rondo.${name} ${KEEPING}`),
];
