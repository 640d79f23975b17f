/** The statements of the guard. Each is one transaction, and one that writes compares the owner. */

const NOW = 'rondo.now_ms()';

const ALIVE = `expires_at > ${NOW}`;

/** With the parameters $1 and $2. */
const HELD = `key = $1 and owner = $2 and state = 'running' and ${ALIVE}`;

const FREE = `g.state = 'open' or g.state = 'running'
  and (g.lease_until <= ${NOW} or g.owner = excluded.owner)`;

/** Without a row if it is not free: then what there is has to be read, since this sees no newer row. */
export const CLAIM: string = `with claimed as (
    insert into rondo.guard as g (key, owner, request, state, lease_until, expires_at)
    values ($1, $2, $3, 'running', ${NOW} + $4::bigint, ${NOW} + $5::bigint)
    on conflict (key) do update set
      state = 'running', owner = excluded.owner, lease_until = excluded.lease_until,
      is_taken_over = g.is_taken_over or g.owner is distinct from excluded.owner
    where g.request = excluded.request and g.${ALIVE} and (${FREE})
    returning key, not is_taken_over as is_new),
  begun as (
    insert into rondo.guard_sealed (key, kind, name, key_id, text)
    select key, 'origin', '', $6, $7 from claimed where is_new and $6::text is not null
    on conflict do nothing)
  select is_new as "isNew", ${NOW}::float8 as now from claimed`;

/** What is past its life is in nobody's way. */
export const FORGET: string = `delete from rondo.guard where key = $1 and not ${ALIVE}`;

export const RECORDED: string = `select kind, name, key_id as "keyId", text from rondo.guard_sealed
  where key = $1 and kind in ('origin', 'step') order by position`;

export const READ: string = `select g.request, case
      when g.state = 'running' and g.lease_until <= ${NOW} then 'open'
      when g.state = 'done' and g.reply_until <= ${NOW} then 'spent'
      else g.state end as state,
    (select json_object_agg(s.kind, json_build_object('keyId', s.key_id, 'text', s.text))
      from rondo.guard_sealed s where s.key = g.key and s.kind in ('origin', 'reply')) as sealed
  from rondo.guard g where g.key = $1 and g.${ALIVE}`;

export const RENEW: string = `update rondo.guard set lease_until = ${NOW} + $3::bigint
  where ${HELD} returning key`;

export const RECORD: string = `with held as (select key from rondo.guard where ${HELD} for no key update)
  insert into rondo.guard_sealed (key, kind, name, key_id, text)
  select key, 'step', $3, $4, $5 from held
  on conflict (key, kind, name) do update set key_id = excluded.key_id, text = excluded.text
  returning key`;

export const FINISH: string = `with done as (
    update rondo.guard set state = 'done', reply_until = ${NOW} + $3::bigint,
      expires_at = greatest(expires_at, ${NOW} + $3::bigint)
    where ${HELD} returning key),
  steps as (
    delete from rondo.guard_sealed s using done where s.key = done.key and s.kind = 'step'),
  written as (
    insert into rondo.guard_sealed (key, kind, name, key_id, text)
    select key, 'reply', '', $4, $5 from done returning key)
  select key from written union all
  select g.key from rondo.guard g join rondo.guard_sealed s using (key)
  where g.key = $1 and g.owner = $2 and g.state = 'done' and s.kind = 'reply' and s.text = $5`;

export const OPEN: string = `update rondo.guard set state = 'open', owner = null
  where ${HELD} returning key`;

export const WITHDRAW: string = `delete from rondo.guard where ${HELD} returning key`;

export const SPEND: string = `with spent as (
    update rondo.guard set state = 'spent', owner = null where ${HELD} returning key),
  texts as (delete from rondo.guard_sealed s using spent where s.key = spent.key)
  select key from spent`;

export const REMOVE: string = `delete from rondo.guard where key in (
    select key from rondo.guard where not ${ALIVE}
    order by expires_at limit $1 for update skip locked)
  returning key`;

export const SPEND_OLD: string = `with old as (
    select key from rondo.guard where state = 'done' and reply_until <= ${NOW}
    order by reply_until limit $1 for no key update skip locked),
  spent as (update rondo.guard g set state = 'spent', owner = null from old where g.key = old.key),
  texts as (delete from rondo.guard_sealed s using old where s.key = old.key)
  select key from old`;

export const COUNT_KEYS =
  'select key_id, count(*)::integer as count from rondo.guard_sealed group by key_id';

export const SEALED_UNDER: string = `select key, kind, name, key_id as "keyId", text
  from rondo.guard_sealed where key_id = $1 limit $2`;

export const RESEAL: string = `update rondo.guard_sealed set key_id = $6, text = $7
  where key = $1 and kind = $2 and name = $3 and key_id = $4 and text = $5 returning key`;
