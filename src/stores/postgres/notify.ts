/**
 * Notifies of each of the texts $2 on the channel $1. They do not outlive the database, so that nothing has to wait for
 * its disk: whoever notifies locks out all others until its transaction has ended.
 */
export const NOTIFY = `select set_config('synchronous_commit', 'off', true), pg_notify($1, text)
  from unnest($2::text[]) as texts (text)`;
