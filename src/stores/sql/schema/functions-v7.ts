/** Version 7: a step that is recorded as a task is let go of is no change that a client sees. See functions-v2.ts. */
import { releaseTask } from './functions-v3.ts';

/** As in version 3, and takes down whether there was an ask: clients saw that. */
const forget = (keys: string): string => `
    with asks as (delete from rondo.ask where task_id = $1 and key = any(${keys}) returning key),
    texts as (delete from rondo.sealed where task_id = $1 and key = any(${keys})
      and kind in ('ask', 'answer', 'dropped'))
    select has_changed or exists (select from asks) into has_changed;`;

const RELEASE = releaseTask({
  name: 'record_and_release',
  more: `
  has_changed boolean := cardinality($5) > 0;`,
  forget,
  hasChanged: 'has_changed',
});

export const FUNCTIONS_V7: readonly string[] = [RELEASE];
