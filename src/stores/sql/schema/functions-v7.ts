/** Version 7: a step that is recorded as a task is let go of is no change that a client sees. See functions-v2.ts. */
import { putAsks, putTexts } from './functions-v2.ts';
import { ONCE } from './functions-v3.ts';

/** Deletes the asks of these keys, and what questions and answers leave behind. */
const forget = (keys: string): string => `
    with asks as (delete from rondo.ask where task_id = $1 and key = any(${keys}) returning key),
    texts as (delete from rondo.sealed where task_id = $1 and key = any(${keys})
      and kind in ('ask', 'answer', 'dropped'))
    select has_changed or exists (select from asks) into has_changed;`;

/** As `write_and_release` in version 3. */
const RELEASE = `create function rondo.record_and_release(text, integer, text[], json, text[], json, json,
    integer, bigint) returns float8
  ${ONCE} as $$
declare
  is_due float8;
  has_changed boolean := cardinality($5) > 0;
begin
  perform from rondo.task where task_id = $1 and epoch = $2 for no key update;
  if not found then return null; end if;
  if cardinality($3) > 0 then${forget('$3')}${putTexts('$4')}
  end if;
  if cardinality($5) > 0 then${forget('$5')}${putAsks('$6')}${putTexts('$7')}
  end if;
  with freed as (
    update rondo.task set epoch = epoch + 1,
      lapses = case when cardinality($3) > 0 then 0 else lapses end,
      updated_at = case when has_changed
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

export const FUNCTIONS_V7: readonly string[] = [RELEASE];
