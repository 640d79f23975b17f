/**
 * The statements. Those that write of a task that exists run after its row has been locked: what they
 * see of the other tables is then what is so.
 */
import { CAN_RUN } from './schema/functions-v2.ts';

/** The first statement of every write. */
export const LOCK = 'select ended from rondo.task where task_id = $1 for no key update';

export const DROP = 'select rondo.drop_questions($1, $2, $3, $4) as held';

export const ASK = 'select rondo.put_new_asks($1, $2, $3, $4) as held';

export const DESCRIBE = 'select rondo.describe_task($1, $2, $3) as held';

export const ANSWER = 'select ref from rondo.answer_task($1, $2) as ref';

/** Ends tasks whose rows are locked. */
export const END = 'select rondo.end_tasks($1, $2, $3)';

export const CLAIM = 'select * from rondo.take_tasks($1, $2, $3, $4, $5, $6)';

export const READ = 'select task from rondo.read_tasks_by_id($1) as task';

export const LOAD = 'select task from rondo.load_task($1, $2) as task';

export const LOOK = 'select task from rondo.look_at_task($1, $2) as task';

export const EXPIRE = 'select id from rondo.expire_tasks($1, $2) as id';

export const DISCARD = `delete from rondo.task where task_id = $1 and ended is null
  returning task_id`;

export const REMOVE = `delete from rondo.task where task_id in (
    select task_id from rondo.task where ended is not null and expires_at <= rondo.now_ms()
    order by expires_at limit $1 for update skip locked)
  returning task_id`;

export const COUNT_DUE: string = `select count(*)::integer as count
  from rondo.lease l join rondo.task t using (task_id)
  where l.audience = $1 and l.due <= rondo.now_ms() and ${CAN_RUN}`;

export const UNCLAIMABLE = `select reason, target, version, count(*)::integer as count from (
    select t.target, t.version, case
      when t.target <> all($2::text[]) then 'target'
      when (t.target, t.version) not in (select * from unnest($2::text[], $3::text[]))
        then 'version'
      when t.call_key_id <> all($4::text[]) then 'key' end as reason
    from rondo.lease l join rondo.task t using (task_id)
    where l.audience = $1 and l.due <= rondo.now_ms()) as due
  where reason is not null group by reason, target, version`;

export const CLAIM_MARKS = `update rondo.task set mark_due = rondo.now_ms() + $3::bigint,
    mark_attempts = mark_attempts + 1
  where task_id in (
    select task_id from rondo.task where audience = $1 and mark_due <= rondo.now_ms()
    order by mark_due limit $2 for no key update skip locked)
  returning task_id as "taskId", mark_attempts as attempts`;

export const SETTLE_MARK = `update rondo.task
  set mark_due = case when $2::bigint is null then null else rondo.now_ms() + $2::bigint end
  where task_id = $1 and mark_due is not null`;

export const COUNT_KEYS =
  'select key_id, count(*)::integer as count from rondo.sealed group by key_id';

export const SEALED_UNDER = `select task_id, kind, key, key_id, text from rondo.sealed
  where key_id = $1 limit $2`;

export const RESEAL = `with done as (
    update rondo.sealed set key_id = $6, text = $7
    where task_id = $1 and kind = $2 and key = $3 and key_id = $4 and text = $5
    returning kind),
  call as (
    update rondo.task set call_key_id = $6
    where task_id = $1 and exists (select from done where kind = 'call'))
  select kind from done`;
