/** The functions of the database that write of one task, for calls that are batched. */
import type { Signature } from './batched-writes.ts';

export const CREATE: Signature = {
  name: 'create_task_at',
  parameters: [
    'task_id text, flow_id text, idempotency text, audience text, target text, version text',
    'principal text, request text, call_key_id text, marks_end boolean, ttl bigint, lease bigint',
    'asks json, texts json, max_unfinished integer, created_at bigint',
  ].join(', '),
  returns: 'made, made_at',
  order: 'flow_id',
};

export const APPEND: Signature = {
  name: 'append_entries',
  parameters: 'task_id text, epoch integer, keys text[], texts json',
  returns: 'held',
};

export const RENEW: Signature = {
  name: 'renew_task',
  parameters: 'task_id text, epoch integer, ms bigint',
  returns: 'wanted',
};

export const RELEASE: Signature = {
  name: 'record_and_release',
  parameters: [
    'task_id text, epoch integer, entry_keys text[], entry_texts json',
    'ask_keys text[], asks json, ask_texts json, seen integer, after bigint',
  ].join(', '),
  returns: 'due',
};

export const FINISH: Signature = {
  name: 'finish_task',
  parameters: 'task_id text, epoch integer, status text, retention bigint, texts json',
  returns: 'held',
};

export const ANSWER_OWN: Signature = {
  name: 'answer_own_task',
  parameters: 'task_id text, answers json, audience text, principal text, targets text[]',
  returns: 'refs',
};
