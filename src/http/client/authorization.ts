/** Answers 401 and 403 with the caller's `authorize`, once for all requests that were refused alike. */

/** A 401 or 403: its status and headers, such as `WWW-Authenticate`. */
export interface Challenge {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
}

export type Authorize = (challenge: Challenge) => boolean | Promise<boolean>;

/** How often one request may be refused and sent again with other credentials. */
const MAX_CALLS = 2;

/** How many refusals are remembered whose credentials have been replaced. */
const MAX_REPLACED = 16;

/** Shared by all requests to one server. */
export class Authorization {
  readonly #authorize: Authorize;
  /** Calls that have not returned, by what was refused. */
  readonly #calls = new Map<string, Promise<boolean>>();
  readonly #replaced = new Set<string>();

  constructor(authorize: Authorize) {
    this.#authorize = authorize;
  }

  /** Whether other credentials have come since those of this refusal were sent. */
  isReplaced(refusal: string): boolean {
    return this.#replaced.has(refusal);
  }

  /** Calls `authorize`, or waits for the call that the same refusal has begun. */
  ask(refusal: string, challenge: Challenge): Promise<boolean> {
    let call = this.#calls.get(refusal);
    if (call === undefined) {
      call = this.#ask(refusal, challenge).finally(() => this.#calls.delete(refusal));
      this.#calls.set(refusal, call);
    }
    return call;
  }

  async #ask(refusal: string, challenge: Challenge): Promise<boolean> {
    const isAuthorized = await this.#authorize(challenge);
    if (!isAuthorized) return false;
    this.#replaced.add(refusal);
    const [oldest] = this.#replaced;
    if (this.#replaced.size > MAX_REPLACED) this.#replaced.delete(oldest!);
    return true;
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
   * @param credentials the `Authorization` header that it was sent with; empty for none
   * @throws what `authorize` throws
   */
  async isToBeSentAgain(challenge: Challenge, credentials: string): Promise<boolean> {
    const { status, headers } = challenge;
    if (status !== 401 && status !== 403) return false;
    const refusal = JSON.stringify([status, headers.get('www-authenticate'), credentials]);
    if (credentials !== '' && this.#isNews(refusal)) return true;
    if (this.#asked.has(refusal) || this.#asked.size >= MAX_CALLS) return false;
    this.#asked.add(refusal);
    return this.#authorization.ask(refusal, challenge);
  }

  /** Whether another request's refusal has brought other credentials: once for each refusal. */
  #isNews(refusal: string): boolean {
    if (this.#asked.has(refusal) || this.#skipped.has(refusal)) return false;
    this.#skipped.add(refusal);
    return this.#authorization.isReplaced(refusal);
  }
}
