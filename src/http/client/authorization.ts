/** Answers 401 and 403 with the caller's `authorize`, once for all requests that were refused alike. */
import { abortable } from '../../base/abortable.ts';
import type { Challenge, Refused } from './challenge.ts';

export type Authorize = (challenge: Challenge) => boolean | Promise<boolean>;

/** How often one request may be refused and sent again with other credentials. */
const MAX_CALLS = 2;

/** How many refusals are remembered whose credentials have been replaced. */
const MAX_REPLACED = 16;

/** Shared by all requests to one server. */
export class Authorization {
  readonly #authorize: Authorize;
  /** Calls that have not returned, by what was refused. */
  readonly #calls = new Map<string, SharedCall>();
  readonly #replaced = new Set<string>();

  constructor(authorize: Authorize) {
    this.#authorize = authorize;
  }

  /** Whether other credentials have come since those of this refusal were sent. */
  isReplaced(refusal: string): boolean {
    return this.#replaced.has(refusal);
  }

  /** Calls `authorize`, or waits for the call that the same refusal has begun. */
  async ask(refusal: string, refused: Refused, signal: AbortSignal): Promise<boolean> {
    let call = this.#calls.get(refusal);
    if (call === undefined || call.isLeft) {
      const begun = new SharedCall((abort) => this.#ask(refusal, refused, abort));
      call = begun;
      this.#calls.set(refusal, begun);
      begun.whenOver(() => {
        if (this.#calls.get(refusal) === begun) this.#calls.delete(refusal);
      });
    }
    return call.outcome(signal);
  }

  async #ask(refusal: string, refused: Refused, signal: AbortSignal): Promise<boolean> {
    const isAuthorized = await this.#authorize({
      ...refused,
      signal,
      withoutDeadline: (work) => work(),
    });
    if (!isAuthorized) return false;
    this.#replaced.add(refusal);
    const [oldest] = this.#replaced;
    if (this.#replaced.size > MAX_REPLACED) this.#replaced.delete(oldest!);
    return true;
  }
}

/** One call of `authorize`, and all who wait for it. It is aborted when the last of them leaves. */
class SharedCall {
  readonly #abort = new AbortController();
  readonly #result: Promise<boolean>;
  #waiting = 0;

  constructor(call: (signal: AbortSignal) => Promise<boolean>) {
    this.#result = call(this.#abort.signal);
  }

  get isLeft(): boolean {
    return this.#abort.signal.aborted;
  }

  /** Then an error belongs to whoever waits; if nobody does any more, it is nobody's. */
  whenOver(then: () => void): void {
    this.#result.then(then, then);
  }

  async outcome(signal: AbortSignal): Promise<boolean> {
    this.#waiting++;
    try {
      return await abortable(this.#result, signal, () => signal.reason as unknown);
    } finally {
      if (--this.#waiting === 0) this.#abort.abort();
    }
  }
}

/** The refusals of one request. */
export class Refusals {
  readonly #authorization: Authorization;
  readonly #asked = new Set<string>();
  readonly #skipped = new Set<string>();

  constructor(authorization: Authorization) {
    this.#authorization = authorization;
  }

  /**
   * Whether a request is to be sent again. The same refusal of the same credentials is not answered
   * twice: nothing has changed.
   *
   * @throws what `authorize` throws; the signal's reason
   */
  async isToBeSentAgain(refused: Refused, signal: AbortSignal): Promise<boolean> {
    const { status, headers, sent } = refused;
    const refusal = JSON.stringify([status, headers.get('www-authenticate'), sent]);
    if (sent !== undefined && this.#isNews(refusal)) return true;
    if (this.#asked.has(refusal) || this.#asked.size >= MAX_CALLS) return false;
    this.#asked.add(refusal);
    return this.#authorization.ask(refusal, refused, signal);
  }

  /** Whether another request's refusal has brought other credentials: once for each refusal. */
  #isNews(refusal: string): boolean {
    if (this.#asked.has(refusal) || this.#skipped.has(refusal)) return false;
    this.#skipped.add(refusal);
    return this.#authorization.isReplaced(refusal);
  }
}
