/**
 * Version 4: what a store has done and nobody has heard of may be done again, and changes nothing. See
 * functions-v2.ts.
 */
import { putTexts } from './functions-v2.ts';
import { ONCE } from './functions-v3.ts';

/**
 * $3: the asks. $4: their texts. One that is there already stays as it is: it may have been answered.
 */
const ASK = `create function rondo.put_new_asks(text, integer, json, json) returns boolean
  ${ONCE} as $$
declare
  fresh text[];
begin
  perform from rondo.task where task_id = $1 and epoch = $2 for no key update;
  if not found then return false; end if;
  fresh := array(select r.key from json_to_recordset($3) as r (key text, ref text)
    where not exists (select from rondo.ask a where a.task_id = $1 and a.ref = r.ref));
  with asks as (delete from rondo.ask where task_id = $1 and key = any(fresh))
  delete from rondo.sealed where task_id = $1 and key = any(fresh)
    and kind in ('ask', 'answer', 'dropped');
  insert into rondo.ask (task_id, key, ref, is_timer, expires_at, is_answered)
  select $1, r.key, r.ref, r.is_timer,
    coalesce(r.expires_at, rondo.now_ms() + r.expires_in), r.is_answered
  from rows from (json_to_recordset($3) as (key text, ref text, is_timer boolean,
      expires_in bigint, expires_at bigint, is_answered boolean))
    with ordinality as r (key, ref, is_timer, expires_in, expires_at, is_answered, n)
  where r.key = any(fresh) order by r.n;${putTexts('$4')}
  update rondo.task set updated_at = greatest(updated_at, rondo.now_ms()) where task_id = $1;
  return true;
end $$`;

/** Whether an attempt has begun a round before the one that has it: not so if that claims it again. */
const IS_TAKEN_OVER =
  'alter table rondo.guard add column is_taken_over boolean not null default false';

export const STATEMENTS_V4: readonly string[] = [ASK, IS_TAKEN_OVER];
