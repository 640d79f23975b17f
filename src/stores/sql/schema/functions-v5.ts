/**
 * Version 5: a claim does not wait for the disk. What is written under it does, and the claim with it: a
 * database keeps its writes in their order. See functions-v2.ts.
 */
import { ONCE, takeTasks } from './functions-v3.ts';

/**
 * Goes up with time, in steps of 4 ms for 50 days: if the database fails and forgets a claim, whoever
 * claims the task next has another epoch all the same.
 */
const EPOCH = `greatest(t.epoch + 1,
      least((rondo.now_ms() - t.created_at) / 4, 1073741823)::integer)`;

const CLAIM = takeTasks({
  name: 'take_tasks',
  first: `
  perform set_config('synchronous_commit', 'off', true);`,
  epoch: EPOCH,
});

/** Holds the task $1 with the epoch $2 for another $3 ms. Returns what is wanted of it; nothing if it is lost. */
const RENEW = `create function rondo.renew_task(text, integer, bigint) returns integer ${ONCE} as $$
declare
  found_wanted integer;
begin
  select wanted into found_wanted from rondo.task
    where task_id = $1 and epoch = $2 for no key update;
  if not found then return null; end if;
  update rondo.lease set due = rondo.now_ms() + $3 where task_id = $1;
  return found_wanted;
end $$`;

export const FUNCTIONS_V5: readonly string[] = [CLAIM, RENEW];
