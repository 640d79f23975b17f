/**
 * The other instances of a server, reached through its relay: an answer reaches the one that waits
 * for it, and a call that has moved is not run at two (L9, L12, L14).
 */
import { type JsonValue, type UnknownRecord, isRecord } from '../base/json/json.ts';
import { type Principal, toPrincipal } from '../protocol/principal.ts';
import type { SealedRelay } from '../state/sealed-relay.ts';
import type { KeptAnswers } from './questions/kept-answers.ts';
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
  readonly #asking = new Map<string, () => void>();

  constructor(options: InstancesOptions) {
    this.#options = options;
  }

  /** Hears of others from now on, until `stop`. */
  start(): void {
    this.#options.relay?.start((type, value) => this.#received(type, value));
  }

  stop(): void {
    this.#options.relay?.stop();
  }

  /** An answer that nobody waits for here. */
  answered(id: string, { session, principal }: Asked, response: UnknownRecord): void {
    const { issuer, subject, bind } = principal ?? {};
    const caller = principal === undefined ? null : { issuer, subject, bind };
    this.#publish(Type.answer, { id, session, caller, response });
  }

  /** Answers that may be kept elsewhere are waited for here now. */
  wanted(ids: readonly string[]): void {
    if (ids.length > 0) this.#publish(Type.wanted, ids);
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
    else if (type === Type.taken) this.#options.kept.drop(value);
    else if (type === Type.mine) this.#asking.get(value)?.();
  }

  #runningElsewhere([stream, event]: readonly unknown[]): void {
    if (typeof stream !== 'string' || typeof event !== 'number') return;
    if (this.#options.isBeyond(stream, event)) this.#publish(Type.mine, stream);
  }

  #answeredElsewhere({ id, session, caller, response }: UnknownRecord): void {
    if (typeof id !== 'string' || typeof session !== 'string' || !isRecord(response)) return;
    const principal: Principal | undefined = toPrincipal(caller);
    const cause = { principal, request: undefined };
    if (this.#options.questions.answer(id, session, response, cause)) {
      this.#publish(Type.taken, id);
    }
  }

  #wantedElsewhere(ids: readonly unknown[]): void {
    for (const id of ids) {
      const kept = typeof id === 'string' ? this.#options.kept.look(id) : undefined;
      if (kept !== undefined) this.answered(id as string, kept.asked, kept.response);
    }
  }
}
