/**
 * The other instances of a server, reached through its relay: an answer reaches the one that waits
 * for it, and a call that has moved is not run at two (L9, L12, L14).
 */
import { type JsonValue, type UnknownRecord, isRecord } from '../base/json/json.ts';
import { type Principal, toPrincipal } from '../protocol/principal.ts';
import type { SealedRelay } from '../state/sealed-relay.ts';
import { KeptAnswers } from './questions/kept-answers.ts';
import type { Asked, OpenQuestions } from './questions/open-questions.ts';

/** Messages between instances. */
const Type = {
  answer: 'old answer',
  taken: 'old answer taken',
  wanted: 'old answers wanted',
  cancel: 'old call cancelled',
  running: 'old call running?',
  mine: 'old call is mine',
} as const;

/** Most ids in one message. */
const MOST_IDS = 100;

/** How long an instance that runs a call has to say so, in ms. */
const PATIENCE = 250;

export interface InstancesOptions {
  /** Without it there is one instance. */
  readonly relay: SealedRelay | undefined;
  readonly questions: OpenQuestions;
  readonly kept: KeptAnswers;
  /** Cancels a running request of a session; `false` if it is not running here. */
  readonly cancel: (session: string, request: string) => boolean;
  /** Whether the call with this stream runs here, or has gone on from this event. */
  readonly isBeyond: (stream: string, event: number) => boolean;
}

export class Instances {
  readonly #options: InstancesOptions;
  /** Answers that somebody has taken: a client may not have got what came of that. */
  readonly #taken = new KeptAnswers(() => {});
  readonly #asking = new Map<string, () => void>();
  #isStopped = false;

  constructor(options: InstancesOptions) {
    this.#options = options;
  }

  /** Hears of others from now on, until `stop`: requests that come after it begin nothing anew. */
  start(): void {
    if (this.#isStopped) return;
    this.#options.relay?.start(
      (type, value) => this.#received(type, value),
      () => this.#catchUp(),
    );
  }

  stop(): void {
    this.#isStopped = true;
    this.#options.relay?.stop();
  }

  /** An answer that nobody waits for here, and that is kept. */
  answered(id: string): void {
    const kept = this.#options.kept.look(id) ?? this.#taken.look(id);
    if (kept === undefined) return;
    const { session, principal } = kept.asked;
    const { issuer, subject, bind } = principal ?? {};
    const caller = principal === undefined ? null : { issuer, subject, bind };
    this.#publish(Type.answer, { id, session, caller, response: kept.response });
  }

  /** An answer has been taken here. Should its call go on elsewhere, it is there to be had. */
  took(id: string, asked: Asked, response: UnknownRecord): void {
    if (this.#options.relay !== undefined) this.#taken.keep(id, asked, response);
  }

  /** Answers that may be kept elsewhere, or were taken elsewhere, are waited for here now. */
  wanted(ids: readonly string[]): void {
    if (ids.length > 0) this.#publish(Type.wanted, ids);
    for (const id of ids) {
      const taken = this.#taken.look(id);
      if (taken !== undefined) this.#answer(id, taken.asked, taken.response);
    }
  }

  cancelled(session: string, request: string): void {
    this.#publish(Type.cancel, { session, request });
  }

  /**
   * Whether another instance runs the call with this stream, or has gone on with it from this event:
   * there it has asked already, or ended.
   */
  async isRunningElsewhere(stream: string, event: number): Promise<boolean> {
    if (this.#options.relay === undefined) return false;
    try {
      return await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(false), PATIENCE);
        this.#asking.set(stream, () => {
          clearTimeout(timer);
          resolve(true);
        });
        this.#publish(Type.running, [stream, event]);
      });
    } finally {
      this.#asking.delete(stream);
    }
  }

  /** Calls and answers do not wait until this instance hears of others: it may have missed some. */
  #catchUp(): void {
    const { questions, kept } = this.#options;
    const open = questions.ids;
    for (let i = 0; i < open.length; i += MOST_IDS) {
      this.#publish(Type.wanted, open.slice(i, i + MOST_IDS));
    }
    for (const id of kept.ids) this.answered(id);
  }

  #publish(type: string, value: unknown): void {
    this.#options.relay?.publish(type, value as JsonValue);
  }

  #received(type: string, value: JsonValue): void {
    if (type === Type.answer && isRecord(value)) this.#answeredElsewhere(value);
    else if (type === Type.wanted && Array.isArray(value)) this.#wantedElsewhere(value);
    else if (type === Type.running && Array.isArray(value)) this.#runningElsewhere(value);
    else if (type === Type.cancel && isRecord(value)) {
      this.#options.cancel(String(value['session']), String(value['request']));
    } else if (typeof value !== 'string') return;
    else if (type === Type.taken) this.#takenElsewhere(value);
    else if (type === Type.mine) this.#asking.get(value)?.();
  }

  #runningElsewhere([stream, event]: readonly unknown[]): void {
    if (typeof stream !== 'string' || typeof event !== 'number') return;
    if (this.#options.isBeyond(stream, event)) this.#publish(Type.mine, stream);
  }

  #answeredElsewhere({ id, session, caller, response }: UnknownRecord): void {
    if (typeof id !== 'string' || typeof session !== 'string' || !isRecord(response)) return;
    const principal: Principal | undefined = toPrincipal(caller);
    if (this.#answer(id, { session, principal }, response)) this.#publish(Type.taken, id);
  }

  #answer(id: string, { session, principal }: Asked, response: UnknownRecord): boolean {
    return this.#options.questions.answer(id, session, response, { principal, request: undefined });
  }

  #takenElsewhere(id: string): void {
    const kept = this.#options.kept.look(id);
    if (kept === undefined) return;
    this.#options.kept.drop(id);
    this.#taken.keep(id, kept.asked, kept.response);
  }

  #wantedElsewhere(ids: readonly unknown[]): void {
    for (const id of ids) if (typeof id === 'string') this.answered(id);
  }
}
