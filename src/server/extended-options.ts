/**
 * Options that extensions read, as types: so that an author meets them beside the server's own. What
 * each may be is checked by the extension.
 */
import type { UnknownRecord } from '../base/json/json.ts';
import type { Principal } from '../protocol/principal.ts';

/** The end of a task. */
export interface TaskEnd {
  readonly taskId: string;
  /** The tool's name. */
  readonly tool: string;
  /** A digest of the caller: the same for the same caller. */
  readonly principal: string;
  readonly status: 'completed' | 'failed' | 'cancelled';
}

/** How flows go on after their reply. Needs a `store` with tasks. */
export interface TaskOptions {
  /** How long a worker holds a task without a sign of life, in ms. Default 30,000. */
  readonly lease?: number;
  /** How long a task may live, in ms from its creation. Default 24 hours. */
  readonly ttl?: number;
  /** How long a task can be read after its end at least, in ms. Default one hour. */
  readonly retention?: number;
  /** When a call of a tool with `task: 'auto'` becomes a task, in ms from its start. Default 500. */
  readonly autoAfter?: number;
  /**
   * How long a call of a tool with `withoutTasks: 'tools'`, and a call of `task_status`, waits before it
   * is answered with a text, in ms. Default 45,000: below what most hosts wait for.
   */
  readonly syncWait?: number;
  /** How often clients are advised to look, in ms. Default 1,000. */
  readonly pollInterval?: number;
  /**
   * Called by a worker after the end of a task, at least once; it is called again if it throws or
   * rejects, or takes longer than a minute, after 1 s at first and 1 h at last. Default: nobody is
   * called.
   */
  readonly onTaskEnd?: (end: TaskEnd) => unknown;
}

/** How a call is recognised when it is made again. */
export interface NamingConfig {
  /**
   * Names a call, so that the same call again gets the newest reply of the first one: its task, its
   * last question, or its result. The arguments are as they were sent. Needs `task: 'always'` or
   * `'required'`, or `replay: 'once'`. Default: each call is another.
   */
  idempotencyKey?(args: UnknownRecord, principal: Principal | undefined): string;
}

/** How often rounds may run. Needs a server with a `guard`, or with a `store` that has one. */
export interface GuardConfig extends NamingConfig {
  /**
   * `once`: each round runs once, and has one reply: a request that comes again gets it, another
   * request for the same round is refused. `allow`: rounds may be sent again, with other answers too.
   * Default `allow`.
   */
  readonly replay?: 'allow' | 'once';
  /**
   * What becomes of a round that runs once and whose process has ended in the middle. `repeat`: the
   * same request goes on behind its last recorded step. `refuse`: nothing of it runs again.
   * Default `repeat`.
   */
  readonly interrupted?: 'repeat' | 'refuse';
}

/** How calls of a tool become tasks. Needs a server with a `store` that has tasks. */
export interface TaskConfig extends NamingConfig {
  /**
   * `always`: a task, for clients that can have one. `required`: others are refused. `auto`: a task if
   * the call takes longer than `tasks.autoAfter`. `never`: `ctx.detach()` has no effect. Default: a
   * task from `ctx.detach()` on.
   */
  readonly task?: 'always' | 'required' | 'auto' | 'never';
  /**
   * What calls become whose client cannot have tasks. `wait`: they run to their end. `tools`: tasks all the
   * same, which are waited for, for `tasks.syncWait`; then the model gets a text that says how to go on, with
   * the tools `task_status` and `task_cancel`, which are added. Not together with `outputSchema`. Default
   * `wait`.
   */
  readonly withoutTasks?: 'wait' | 'tools';
  /**
   * Older names of the tool, whose tasks it continues: not those of other tools that are registered, nor
   * their aliases. Default: none.
   */
  readonly aliases?: readonly string[];
}
