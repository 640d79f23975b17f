/** A round of a tool that is no task yet, and may become one (K8, K9). */
import { RondoError } from '../../base/errors.ts';
import type { OpenAsk } from '../../flow/asks/ask.ts';
import { missingCapabilities } from '../../protocol/capabilities.ts';
import { ErrorCode } from '../../protocol/names/codes.ts';
import { RpcError } from '../../protocol/rpc-error.ts';
import type { Finished, Live, Next } from '../../server/extension.ts';
import { adopt } from './adoption.ts';
import type { Begun } from './new-task.ts';
import type { TaskHost } from './task-host.ts';
import { TaskRun } from './task-run.ts';
import { DETACH_KEY, TIME_IS_UP, detachAsk, sleepAsk } from './timers.ts';
import { quote } from '../../base/quote.ts';

export class Foreground {
  readonly #host: TaskHost;
  readonly #begun: Begun;
  /** Whether the client can have a task, and the tool may be one. */
  readonly #mayDetach: boolean;
  readonly #timers = new Map<string, { readonly due: number; readonly timer: unknown }>();
  readonly #reply: Promise<Finished>;
  #answer!: (finished: Finished | Promise<Finished>) => void;
  #detaching: Promise<void> | undefined;
  #isMoving = false;
  /** Whether it goes on without a task: it tries no second time, beside one that may be there. */
  #isWithout = false;
  #isAuto = false;
  #message: string | undefined;

  constructor(host: TaskHost, begun: Begun, mayDetach: boolean) {
    this.#host = host;
    this.#begun = begun;
    this.#mayDetach = mayDetach;
    this.#reply = new Promise((resolve) => (this.#answer = resolve));
  }

  /** @param autoAfter when it becomes a task by itself, in ms. Default: never */
  run(next: Next, autoAfter?: number): Promise<Finished> {
    this.#isAuto = autoAfter !== undefined;
    const live = next({ owner: this, onStill: (asks) => this.#still(live, asks) });
    const timer =
      autoAfter === undefined ? undefined : setTimeout(() => void this.#promote(live), autoAfter);
    void live.finished.then((finished) => {
      clearTimeout(timer);
      for (const each of this.#timers.values()) clearTimeout(each.timer as undefined);
      this.#answer(finished);
    });
    return this.#reply;
  }

  detach(live: Live): Promise<void> {
    const known = this.#mayDetach ? undefined : { answer: 'sync' };
    return (this.#detaching ??= live.ask(detachAsk(), known));
  }

  /** Waits in process, if the round lasts as long (K11). */
  sleep(live: Live, key: string, ms: number): Promise<void> {
    const { limits } = this.#begun.call.policy;
    const left = limits.roundTimeout - live.age;
    if (!(ms < left)) throw needsTask(key);
    const timer = setTimeout(() => {
      this.#timers.delete(key);
      live.deliver({ [key]: TIME_IS_UP });
    }, ms);
    this.#timers.set(key, { due: performance.now() + ms, timer });
    return live.ask(sleepAsk(key));
  }

  describe(message: string): void {
    this.#message = message;
  }

  #still(live: Live, asks: readonly OpenAsk[]): void {
    if (this.#isMoving) return;
    if (asks.some(({ key }) => key === DETACH_KEY)) {
      if (asks.length > 1) return live.fail(pendingAsk());
      if (this.#begun.standing.isDeferred) return live.suspend();
      return void this.#detach(live);
    }
    if (asks.some(({ key }) => this.#timers.has(key))) return;
    if (this.#isAuto && asks.some((ask) => this.#cannotAsk(ask))) void this.#promoteOrSuspend(live);
    else live.suspend();
  }

  /**
   * The row is written, or the flow goes on in rounds as if it could not be a task. Where there may be
   * none, the round fails: its author has asked for one (K19).
   */
  async #detach(live: Live): Promise<void> {
    if (this.#isWithout) return void live.deliver({ [DETACH_KEY]: 'sync' });
    try {
      await this.#adopt(live);
      live.deliver({ [DETACH_KEY]: 'task' });
    } catch (error) {
      if (error instanceof RpcError) return live.fail(error);
      this.#goOnWithout(error);
      live.deliver({ [DETACH_KEY]: 'sync' });
    }
  }

  /** Nobody has asked for it: without a row the round goes on unharmed, at a limit too (K9). */
  async #promote(live: Live): Promise<boolean> {
    const isFree = this.#host.worker.hasRoom && !this.#host.isClosing;
    if (!isFree || this.#isMoving || this.#isWithout) return false;
    try {
      await this.#adopt(live);
      return true;
    } catch (error) {
      const isRefused = error instanceof RpcError && error.code !== ErrorCode.InternalError;
      if (isRefused) live.fail(error);
      else this.#goOnWithout(error);
      return false;
    }
  }

  /** Whom the client cannot ask may answer in a task (K15). */
  async #promoteOrSuspend(live: Live): Promise<void> {
    if (!(await this.#promote(live))) live.suspend();
  }

  #cannotAsk({ needs }: OpenAsk): boolean {
    return missingCapabilities(needs, this.#begun.call.meta.capabilities) !== undefined;
  }

  async #adopt(live: Live): Promise<void> {
    this.#isMoving = true;
    try {
      await adopt(this.#host, live, this.#begun, this.#timesLeft, this.#answer);
      for (const { timer } of this.#timers.values()) clearTimeout(timer as undefined);
      this.#timers.clear();
      const { owner } = live;
      if (owner instanceof TaskRun) owner.goOn(this.#detaching, this.#message);
    } finally {
      this.#isMoving = false;
    }
  }

  #goOnWithout(error: unknown): void {
    this.#isWithout = true;
    this.#host.warn('a call could not become a task, and goes on without', error);
  }

  get #timesLeft(): ReadonlyMap<string, number> {
    const now = performance.now();
    return new Map([...this.#timers].map(([key, { due }]) => [key, due - now]));
  }
}

function pendingAsk(): RondoError {
  const message =
    'ctx.detach() was called while a question waits for its answer. Await that first.';
  return new RondoError('unawaited_ask', message);
}

function needsTask(key: string): RondoError {
  const message = `ctx.sleep(${quote(key)}) is longer than a round. Make the flow a task, with ctx.detach().`;
  return new RondoError('sleep_needs_task', message);
}
