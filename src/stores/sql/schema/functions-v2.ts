/**
 * Functions of version 2 of the database, for what happens to a task all the time: one statement is then one
 * transaction, its plan is kept, and still each statement inside sees what was committed before it.
 *
 * They belong to a migration, and stay as they are. One that has to change gets a new name in the next
 * version, since processes of the release before call the old one.
 */

/**
 * How a function plans. The first plans are made while there are few rows, and kept when there are many;
 * in a directory no statistics ever say so. Reading all rows is then never right.
 */
export const BY_INDEX = 'language plpgsql set enable_seqscan = off';

/** What the parameters are is said at each function. */
export const putTexts = (texts: string): string => `
  insert into rondo.sealed (task_id, kind, key, key_id, text)
  select $1, r.kind, r.key, r.key_id, r.text
  from rows from (json_to_recordset(${texts}) as (kind text, key text, key_id text, text text))
    with ordinality as r (kind, key, key_id, text, n) order by r.n
  on conflict (task_id, kind, key) do update
    set key_id = excluded.key_id, text = excluded.text, position = excluded.position;`;

export const putAsks = (asks: string): string => `
  insert into rondo.ask (task_id, key, ref, is_timer, expires_at, is_answered)
  select $1, r.key, r.ref, r.is_timer,
    coalesce(r.expires_at, rondo.now_ms() + r.expires_in), r.is_answered
  from rows from (json_to_recordset(${asks}) as (key text, ref text, is_timer boolean,
      expires_in bigint, expires_at bigint, is_answered boolean))
    with ordinality as r (key, ref, is_timer, expires_in, expires_at, is_answered, n)
  order by r.n;`;

/** Deletes the asks of the keys $3, and their texts of these kinds. */
const forget = (kinds: string): string => `
  with asks as (
    delete from rondo.ask where task_id = $1 and key = any($3) returning key),
  texts as (
    delete from rondo.sealed where task_id = $1 and key = any($3) and kind in (${kinds}))
  update rondo.task set updated_at = greatest(updated_at, rondo.now_ms())
  where task_id = $1 and exists (select from asks);`;

const CHANGED = `
  update rondo.task set updated_at = greatest(updated_at, rondo.now_ms()) where task_id = $1;`;

/**
 * A write of who holds the task $1 under the epoch $2. Its first statement locks the task: what the
 * others see is then what is so. False: it is lost, and nothing is written.
 */
const write = (name: string, parameters: string, body: string): string =>
  `create function rondo.${name}(text, integer, ${parameters}) returns boolean
  ${BY_INDEX} as $$
begin
  perform from rondo.task where task_id = $1 and epoch = $2 for no key update;
  if not found then return false; end if;${body}
  return true;
end $$`;

/** $3: the keys. $4: their texts. */
const APPEND = write(
  'append_entries',
  'text[], json',
  `${forget("'ask', 'answer', 'dropped'")}${putTexts('$4')}
  update rondo.task set lapses = 0 where task_id = $1 and lapses <> 0;`,
);

/** $3: the keys. $4: their texts. */
const DROP = write(
  'drop_questions',
  'text[], json',
  forget("'ask', 'answer', 'dropped', 'entry'") + putTexts('$4'),
);

/** $3: the keys. $4: the asks. $5: their texts. */
const ASK = write(
  'put_asks',
  'text[], json, json',
  forget("'ask', 'answer', 'dropped'") + putAsks('$4') + putTexts('$5') + CHANGED,
);

/** $3: the text of the message. */
const DESCRIBE = write('describe_task', 'json', putTexts('$3') + CHANGED);

/** $3: the status. $4: for how long it can be read. $5: the text of the end. */
const FINISH = write(
  'finish_task',
  'text, bigint, json',
  `
  perform rondo.end_tasks(array[$1], $3, $4);${putTexts('$5')}`,
);

/** Ends the tasks $1, whose rows are locked, with the status $2, to be read for $3 ms. */
const END = `create function rondo.end_tasks(text[], text, bigint) returns void
  ${BY_INDEX} as $$
begin
  update rondo.task set ended = $2, epoch = epoch + 1,
    expires_at = greatest(expires_at, rondo.now_ms() + $3),
    mark_due = case when marks_end then rondo.now_ms() end,
    updated_at = greatest(updated_at, rondo.now_ms())
  where task_id = any($1);
  delete from rondo.lease where task_id = any($1);
  delete from rondo.ask where task_id = any($1);
  delete from rondo.sealed where task_id = any($1) and kind in ('entry', 'ask', 'answer', 'dropped');
end $$`;

/** When the task $1 is due, which has seen $3 and waits for $4 ms, or for what it has asked. */
const RELEASE = `create function rondo.release_task(text, integer, integer, bigint)
  returns float8 ${BY_INDEX} as $$
declare
  is_due float8;
begin
  perform from rondo.task where task_id = $1 and epoch = $2 for no key update;
  if not found then return null; end if;
  with freed as (
    update rondo.task set epoch = epoch + 1 where task_id = $1 returning wanted, expires_at)
  update rondo.lease l set is_held = false, due = case
      when freed.wanted > $3 then rondo.now_ms()
      when $4 is not null then rondo.now_ms() + $4
      else least(freed.expires_at, (select min(a.expires_at) from rondo.ask a
        where a.task_id = $1 and not a.is_answered)) end
  from freed where l.task_id = $1 returning l.due into is_due;
  return is_due;
end $$`;

/** The refs of those of the answers $2 that the task $1 has taken. */
const ANSWER = `create function rondo.answer_task(text, json) returns setof text
  ${BY_INDEX} as $$
declare
  is_ended boolean;
begin
  select ended is not null into is_ended from rondo.task where task_id = $1 for no key update;
  if is_ended is not false then return; end if;
  return query with given as (
    select distinct on (r.ref) r.ref, r.key_id, r.text
    from rows from (json_to_recordset($2) as (ref text, key_id text, text text))
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
  select ref from taken;
end $$`;

interface CreateTask {
  readonly name: string;
  readonly more?: string;
  readonly createdAt: string;
  readonly how: string;
}

/**
 * The task with the id $1, of the flow $2, with the idempotency key $3; $12: for how long it is held;
 * $13: its asks; $14: its texts; $15: how many of the principal may be unfinished.
 *
 * Returns its time if it is written, and else why not.
 *
 * @param more types of more parameters
 */
export const createTask = ({
  name,
  more = '',
  createdAt,
  how,
}: CreateTask): string => `create function rondo.${name}(text, text, text, text, text, text, text, text, text,
    boolean, bigint, bigint, json, json, integer${more}, out made text, out made_at float8)
  ${how} as $$
begin
  made_at := rondo.now_ms();
  delete from rondo.task where (flow_id = $2 or idempotency = $3)
    and ended is not null and expires_at <= rondo.now_ms();
  made := 'exists';
  if exists (select from rondo.task where flow_id = $2 or idempotency = $3) then return; end if;
  made := 'full';
  if (select count(*) from rondo.task where principal = $7 and ended is null) >= $15 then
    return;
  end if;
  insert into rondo.task (task_id, flow_id, idempotency, audience, target, version, principal,
    request, call_key_id, marks_end, created_at, updated_at, expires_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
    ${createdAt}, ${createdAt}, ${createdAt} + $11)
  on conflict do nothing;
  made := 'exists';
  if not found then return; end if;
  insert into rondo.lease (task_id, audience, due, is_held)
  values ($1, $4, rondo.now_ms() + coalesce($12, 0), $12 is not null);${putAsks('$13')}${putTexts('$14')}
  made := 'created';
end $$`;

/** What a worker can run: of \`t\`, with its audience $1, targets $2 and versions $3, and keys $4. */
export const CAN_RUN = `t.audience = $1
  and (t.target, t.version) in (select * from unnest($2::text[], $3::text[]))
  and t.call_key_id = any($4::text[])`;

/** Goes through rows in the order of their times, until there are enough, instead of comparing all of them. */
export const IN_ORDER: string = `${BY_INDEX} set enable_bitmapscan = off set enable_sort = off
  set enable_hashjoin = off set enable_mergejoin = off`;

/**
 * Of $5 tasks that are due, and that nobody else is taking: for $6 ms they are the caller's.
 *
 * @param epoch the one that each gets
 */
export const takenWith = (epoch: string): string => `
  with picked as materialized (
    select t.task_id, l.is_held, l.due from rondo.lease l join rondo.task t using (task_id)
    where l.audience = $1 and l.due <= rondo.now_ms() and ${CAN_RUN}
    order by l.due limit $5 for no key update of t, l skip locked),
  held as (
    update rondo.lease l set due = rondo.now_ms() + $6, is_held = true
    from picked p where l.task_id = p.task_id),
  taken as (
    update rondo.task t set epoch = ${epoch}, lapses = t.lapses + p.is_held::integer
    from picked p where t.task_id = p.task_id
    returning t.task_id, t.epoch, t.target, t.wanted, t.lapses, p.is_held, p.due)`;

/** In how many ms the next task is due that is none of these. */
export const NEXT: string = `
  select greatest(l.due - rondo.now_ms(), 0) into next
  from rondo.lease l join rondo.task t using (task_id)
  where l.audience = $1 and ${CAN_RUN} and l.task_id <> all(ids)
  order by l.due limit 1;`;

/** Takes $5 tasks for $6 ms, and returns them with what is due next of the others. */
const CLAIM = `create function rondo.claim_tasks(text, text[], text[], text[], integer, bigint,
    out tasks json, out next float8)
  ${IN_ORDER} as $$
declare
  ids text[];
begin${takenWith('t.epoch + 1')}
  select coalesce(array_agg(task_id), '{}'), coalesce(json_agg(json_build_object('taskId', task_id,
    'epoch', epoch, 'target', target, 'wanted', wanted, 'lapses', lapses, 'hasLapsed', is_held)
    order by due), '[]') into ids, tasks from taken;${NEXT}
end $$`;

/** Ends at most $1 tasks that are past their time, to be read for $2 ms, and returns their ids. */
const EXPIRE = `create function rondo.expire_tasks(integer, bigint) returns setof text
  ${IN_ORDER} as $$
declare
  ids text[];
begin
  select array_agg(task_id) into ids from (
    select task_id from rondo.task where ended is null and expires_at <= rondo.now_ms()
    order by expires_at limit $1 for no key update skip locked) as late;
  if ids is null then return; end if;
  perform rondo.end_tasks(ids, 'failed', $2);
  return query select unnest(ids);
end $$`;

/** Those that others call first. */
export const FUNCTIONS_V2: readonly string[] = [
  END,
  APPEND,
  DROP,
  ASK,
  DESCRIBE,
  FINISH,
  RELEASE,
  ANSWER,
  createTask({ name: 'create_task', createdAt: 'rondo.now_ms()', how: BY_INDEX }),
  CLAIM,
  EXPIRE,
];
