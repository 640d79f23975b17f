/** Version 6: tasks are read by their ids, whatever plan is kept. See functions-v2.ts. */
import { FIELDS, IS_THERE } from '../rows.ts';
import { ONCE } from './functions-v3.ts';

/** Those of the tasks $1 that there are. */
const READ = `create function rondo.read_tasks_by_id(text[]) returns setof json stable ${ONCE} as $$
begin
  return query select row_to_json(r) from (
    select ${FIELDS} from rondo.task t where t.task_id = any($1) and ${IS_THERE}) r;
end $$`;

export const FUNCTIONS_V6: readonly string[] = [READ];
