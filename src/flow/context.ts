import { allowDestructuring } from '../base/destructuring.ts';
import { type RondoError, invalidOptions } from '../base/errors.ts';
import { isRecord } from '../base/json/json.ts';
import { naming } from '../base/naming.ts';
import { quote } from '../base/quote.ts';
import { readOptions } from '../base/options/options.ts';
import type { CreateMessageParams, CreateMessageResult, Root } from '../protocol/types/sampling.ts';
import type { AuthorSchema, Infer } from '../schema/standard.ts';
import type { Ask } from './asks/ask.ts';
import { CHECKPOINT_OPTIONS, type CheckpointOptions, checkpointAsk } from './asks/checkpoint.ts';
import { type ConfirmOptions, confirmAsk } from './asks/confirm.ts';
import { type ElicitOutcome, type ElicitParams, formAsk } from './asks/form.ts';
import { rootsAsk } from './asks/roots.ts';
import { sampleAsk } from './asks/sample.ts';
import { type ElicitUrlParams, type UrlOutcome, urlAsk } from './asks/url.ts';
import type { AuthorSide, Known } from './round/author-side.ts';
import { never } from './round/calls/deferred.ts';
import { Together } from './round/calls/together.ts';
import { keyProblem } from './journal/key.ts';
import { STEP_OPTIONS, type StepFunction, type StepOptions } from './round/step.ts';

/** The round that a context belongs to: a `Round` of `mcp-rondo/flow`. */
export interface RoundHandle {
  cancel(reason: string): void;
  suspend(): void;
  /** @internal */
  readonly authorSide: AuthorSide;
}

/**
 * What a handler does to its flow: ask, take steps, and read what stays the same in every round.
 *
 * Keys are 1 to 128 characters without `~`, unique over all asks, steps and checkpoints of a flow.
 * Misuse ends the round and is logged; it does not reject the promises that these methods return.
 */
export class FlowContext {
  /** @internal */
  protected readonly round: AuthorSide;
  /** @internal */
  protected readonly keyPrefix: string = '';

  constructor(round: RoundHandle) {
    this.round = round.authorSide;
  }

  /**
   * Asks the user to fill in a form. A refusal is a value; see {@link accepted} for an exception.
   *
   * @throws InvalidAnswerError when the answer was wrong three times.
   * @throws MissingCapabilityError when the client did not declare form elicitation.
   */
  elicit<const S extends AuthorSchema>(
    key: string,
    params: ElicitParams<S>,
  ): Promise<ElicitOutcome<Infer<S>>> {
    return this.ask(key, (full) => formAsk<Infer<S>>(this.round.flow, full, params));
  }

  /** Asks for a yes or a no. `true` only when the user accepted and said yes; `false` also if it expires. */
  confirm(key: string, message: string, options?: ConfirmOptions): Promise<boolean> {
    return this.ask(key, (full) => confirmAsk(this.round.flow, full, message, options));
  }

  /**
   * Asks the user to open a URL, for what the client must not see: credentials, payment.
   * `accept` is consent to open it, not completion of what happens there.
   */
  elicitUrl(key: string, params: ElicitUrlParams): Promise<UrlOutcome> {
    return this.ask(key, (full) => urlAsk(this.round.flow, full, params));
  }

  /** Asks the client's model. Deprecated by the protocol in this revision, and still served. */
  sample(key: string, params: CreateMessageParams): Promise<CreateMessageResult> {
    return this.ask(key, (full) => sampleAsk(this.round.flow, full, params));
  }

  /** Asks for the client's directories. Deprecated by the protocol in this revision, and served. */
  listRoots(key = 'roots'): Promise<Root[]> {
    return this.ask(key, rootsAsk);
  }

  /** Awaits several asks in one round, as a record. `Promise.all([...])` does the same. */
  all<T extends Record<string, unknown>>(asks: T): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
    return this.checked(() => {
      assertAsks(asks);
      return new Together(asks).promise as Promise<{ [K in keyof T]: Awaited<T[K]> }>;
    });
  }

  /**
   * Does a piece of work once per flow: its outcome, value or error, is recorded, and delivered
   * again in later rounds. Values pass through a codec (JSON plus Date, Map, Set, bigint, typed
   * arrays, undefined, NaN) before the handler sees them.
   *
   * @throws StepError when the work failed, on the live round and on every later one.
   */
  step<T>(key: string, fn: StepFunction<T>, options?: StepOptions): Promise<T> {
    return this.checked(() => {
      if (typeof fn !== 'function') throw noFunction(key);
      const full = this.fullKey(key);
      if (options === undefined) return this.round.step(full, fn);
      const read = (): StepOptions => readOptions(STEP_OPTIONS, options);
      return this.round.step(
        full,
        fn,
        naming(() => quote(full), read),
      );
    });
  }

  /**
   * Ends the round with state and no question; the client sends the next round at once, and any
   * instance can serve it.
   * With `after`, only if the round has already run that many ms.
   */
  checkpoint(key: string, options: CheckpointOptions = {}): Promise<void> {
    return this.checked(() => {
      const read = (): CheckpointOptions => readOptions(CHECKPOINT_OPTIONS, options);
      const { after = 0 } = naming(() => quote(this.fullKey(key)), read);
      const isDue = this.round.isCheckpointDue(after);
      return this.ask(key, checkpointAsk, isDue ? undefined : { answer: null });
    });
  }

  /** The same context with keys of its own, for helpers: `scope('a')` turns key `b` into `a/b`. */
  scope(prefix: string): this {
    if (typeof prefix !== 'string') this.round.fail(keyProblem(prefix));
    return Object.create(this, { keyPrefix: { value: `${this.keyPrefix}${prefix}/` } }) as this;
  }

  /** Milliseconds since the epoch, as of the last outcome: the same on every round. */
  now(): number {
    return this.round.now;
  }

  /** A number in [0, 1), the same on every round. Never for secrets. */
  random(): number {
    return this.round.random.number();
  }

  /** A UUID, the same on every round. Never for secrets. */
  uuid(): string {
    return this.round.random.uuid();
  }

  /** Names the flow in logs and stores. The same in every round. */
  get flowId(): string {
    return this.round.flow.id;
  }

  /** Aborts when the caller goes away and at the round's deadline, not on suspension. */
  get signal(): AbortSignal {
    return this.round.signal;
  }

  /**
   * Calls `fn` when this round ends, also by suspension, where `finally` does not run. What it
   * throws is logged.
   */
  onRoundEnd(fn: () => unknown): void {
    this.round.cleanUp(fn);
  }

  /** @internal */
  protected ask<T>(key: string, make: (key: string) => Ask<T>, known?: Known): Promise<T> {
    return this.checked(() => {
      const full = this.fullKey(key);
      const ask = naming(
        () => quote(full),
        () => make(full),
      );
      return this.round.ask(ask, known);
    });
  }

  /**
   * Makes a call; misuse ends the round instead of reaching the handler.
   *
   * @internal
   */
  protected checked<T>(call: () => Promise<T>): Promise<T> {
    try {
      return call();
    } catch (error) {
      this.round.fail(error);
      return never();
    }
  }

  /**
   * What `work` resolves with. If it rejects, that is a mistake: it ends the round.
   *
   * @internal
   */
  protected async endingRound<T>(work: T | PromiseLike<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      this.round.fail(error);
      return never();
    }
  }

  /**
   * A key that is not valid stays as it is, so that the error names what the author wrote.
   *
   * @internal
   */
  protected fullKey(key: string): string {
    if (typeof key !== 'string') throw keyProblem(key);
    return keyProblem(key) === undefined ? this.keyPrefix + key : key;
  }
}
allowDestructuring(FlowContext, [
  'elicit',
  'confirm',
  'elicitUrl',
  'sample',
  'listRoots',
  'all',
  'step',
  'checkpoint',
  'scope',
  'now',
  'random',
  'uuid',
  'onRoundEnd',
]);

const NO_RECORD =
  'ctx.all() takes a record of asks: ctx.all({ a: ctx.confirm(…) }). For a list there is Promise.all.';

/** A function among them would be its own answer. */
function assertAsks(asks: unknown): void {
  if (!isRecord(asks)) throw invalidOptions(NO_RECORD);
  const [key] = Object.entries(asks).find(([, ask]) => typeof ask === 'function') ?? [];
  if (key === undefined) return;
  throw invalidOptions(
    `ctx.all(): ${quote(key)} is a function. Give it what the function returns.`,
  );
}

/** Without this, the step would fail with a TypeError, which would be recorded. */
function noFunction(key: unknown): RondoError {
  const problem = keyProblem(key);
  return problem ?? invalidOptions(`step(${quote(key as string)}, fn) needs a function.`);
}
