/**
 * The statements that write. Those of a task that exists run after its row has been locked: what they
 * see of the other tables is then what is so.
 */

/** The first statement of every write. */
export const LOCK = `select epoch, ended, (expires_at <= rondo.now_ms()) as "isPast"
  from rondo.task where task_id = $1 for no key update`;

/** Of a flow or an idempotency key that is free again. */
export const FREE = `delete from rondo.task where (flow_id = $1 or idempotency = $2)
  and ended is not null and expires_at <= rondo.now_ms()`;

export const COUNT_UNFINISHED = `select count(*)::integer as count from rondo.task
  where principal = $1 and ended is null`;

/** Without a row if its flow or its idempotency key has a task. */
export const CREATE = `with made as (
    insert into rondo.task (task_id, flow_id, idempotency, audience, target, version, principal,
      request, call_key_id, marks_end, created_at, updated_at, expires_at)
    select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
      rondo.now_ms(), rondo.now_ms(), rondo.now_ms() + $11::bigint
    on conflict do nothing returning task_id, audience)
  insert into rondo.lease (task_id, audience, due, is_held)
  select task_id, audience, rondo.now_ms() + coalesce($12::bigint, 0), $12::bigint is not null
  from made returning task_id`;

export const PUT_TEXTS = `insert into rondo.sealed (task_id, kind, key, key_id, text)
  select $1, r.kind, r.key, r.key_id, r.text
  from rows from (json_to_recordset($2::json) as (kind text, key text, key_id text, text text))
    with ordinality as r (kind, key, key_id, text, n) order by r.n
  on conflict (task_id, kind, key) do update
    set key_id = excluded.key_id, text = excluded.text, position = excluded.position`;

export const PUT_ASKS = `insert into rondo.ask
    (task_id, key, ref, is_timer, expires_at, is_answered)
  select $1, r.key, r.ref, r.is_timer,
    coalesce(r.expires_at, rondo.now_ms() + r.expires_in), r.is_answered
  from rows from (json_to_recordset($2::json) as (key text, ref text, is_timer boolean,
      expires_in bigint, expires_at bigint, is_answered boolean))
    with ordinality as r (key, ref, is_timer, expires_in, expires_at, is_answered, n)
  order by r.n`;

/** Deletes asks of these keys, and the texts of these kinds. */
export const FORGET = `with asks as (
    delete from rondo.ask where task_id = $1 and key = any($2::text[]) returning key),
  texts as (
    delete from rondo.sealed
    where task_id = $1 and key = any($2::text[]) and kind = any($3::text[]))
  update rondo.task set updated_at = greatest(updated_at, rondo.now_ms())
  where task_id = $1 and exists (select from asks)`;

export const FORGET_LAPSES = 'update rondo.task set lapses = 0 where task_id = $1 and lapses <> 0';

export const CHANGED = `update rondo.task
  set updated_at = greatest(updated_at, rondo.now_ms()) where task_id = $1`;

export const ANSWER = `with given as (
    select distinct on (r.ref) r.ref, r.key_id, r.text
    from rows from (json_to_recordset($2::json) as (ref text, key_id text, text text))
      with ordinality as r (ref, key_id, text, n) order by r.ref, r.n),
  taken as (
    update rondo.ask a set is_answered = true from given
    where a.task_id = $1 and a.ref = given.ref and not a.is_answered
    returning a.key, a.ref, given.key_id, given.text),
  texts as (
    insert into rondo.sealed (task_id, kind, key, key_id, text)
    select $1, 'answer', key, key_id, text from taken),
  counted as (
    update rondo.task set wanted = wanted + 1, updated_at = greatest(updated_at, rondo.now_ms())
    where task_id = $1 and exists (select from taken)),
  woken as (
    update rondo.lease set due = rondo.now_ms()
    where task_id = $1 and not is_held and exists (select from taken))
  select ref from taken`;

export const RELEASE = `with freed as (
    update rondo.task set epoch = epoch + 1 where task_id = $1 returning wanted, expires_at)
  update rondo.lease l set is_held = false, due = case
      when freed.wanted > $2 then rondo.now_ms()
      when $3::bigint is not null then rondo.now_ms() + $3::bigint
      else least(freed.expires_at, (select min(a.expires_at) from rondo.ask a
        where a.task_id = $1 and not a.is_answered)) end
  from freed where l.task_id = $1 returning l.due::float8 as due`;

/** Ends tasks whose rows are locked. */
export const END = `with ended as (
    update rondo.task set ended = $2, epoch = epoch + 1,
      expires_at = greatest(expires_at, rondo.now_ms() + $3::bigint),
      mark_due = case when marks_end then rondo.now_ms() end,
      updated_at = greatest(updated_at, rondo.now_ms())
    where task_id = any($1::text[])),
  leases as (delete from rondo.lease where task_id = any($1::text[])),
  asks as (delete from rondo.ask where task_id = any($1::text[]))
  delete from rondo.sealed where task_id = any($1::text[])
    and kind in ('entry', 'ask', 'answer', 'dropped')`;

export const LOCK_EXPIRED = `select task_id from rondo.task
  where ended is null and expires_at <= rondo.now_ms()
  order by expires_at limit $1 for no key update skip locked`;

export const REMOVE = `delete from rondo.task where task_id in (
    select task_id from rondo.task where ended is not null and expires_at <= rondo.now_ms()
    order by expires_at limit $1 for update skip locked)
  returning task_id`;

/** Sorted: two that renew at once wait for each other instead of locking each other out. */
export const LOCK_SEVERAL = `select task_id as "taskId", epoch, wanted from rondo.task
  where task_id = any($1::text[]) order by task_id for no key update`;

export const RENEW = `update rondo.lease set due = rondo.now_ms() + $2::bigint
  where task_id = any($1::text[])`;

/** What a worker can run: of `t`, with the parameters $1 to $4 of {@link claimParameters}. */
const CAN_RUN = `t.audience = $1
  and (t.target, t.version) in (select * from unnest($2::text[], $3::text[]))
  and t.call_key_id = any($4::text[])`;

export const CLAIM: string = `with picked as materialized (
    select t.task_id, l.is_held, l.due from rondo.lease l join rondo.task t using (task_id)
    where l.audience = $1 and l.due <= rondo.now_ms() and ${CAN_RUN}
    order by l.due limit $5 for no key update of t, l skip locked),
  held as (
    update rondo.lease l set due = rondo.now_ms() + $6::bigint, is_held = true
    from picked p where l.task_id = p.task_id),
  taken as (
    update rondo.task t set epoch = t.epoch + 1, lapses = t.lapses + p.is_held::integer
    from picked p where t.task_id = p.task_id
    returning t.task_id, t.epoch, t.target, t.wanted, t.lapses, p.is_held, p.due)
  select task_id as "taskId", epoch, target, wanted, lapses, is_held as "hasLapsed"
  from taken order by due`;

/** In how many ms the next one is due, other than these. */
export const NEXT_DUE: string = `select greatest(l.due - rondo.now_ms(), 0)::float8 as "nextIn"
  from rondo.lease l join rondo.task t using (task_id)
  where l.audience = $1 and ${CAN_RUN} and l.task_id <> all($5::text[])
  order by l.due limit 1`;

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
