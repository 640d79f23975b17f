/**
 * What an issuer publishes and we need for every token: its keys, where it answers. It is fresh for 10
 * minutes, and used for up to a day while it cannot be fetched. It is fetched once in 30 s at most,
 * whether that works or not: tokens with made-up key ids cannot flood the issuer (A3).
 */
import { IssuerUnavailable } from './issuer-unavailable.ts';

/** In ms, all of them. */
const FRESH = 10 * 60_000;
const USABLE = 24 * 60 * 60_000;
const BETWEEN_FETCHES = 30_000;

export class IssuerDocument<T> {
  readonly #fetch: () => Promise<T>;
  #document: T | undefined;
  #fetchedAt = -Infinity;
  #triedAt = -Infinity;
  #fetching: Promise<void> | undefined;
  #failure: IssuerUnavailable | undefined;

  /** @param fetch rejects with IssuerUnavailable */
  constructor(fetch: () => Promise<T>) {
    this.#fetch = fetch;
  }

  /** @throws IssuerUnavailable if there is none */
  async current(): Promise<T> {
    if (this.#age > FRESH) await this.#update();
    if (this.#document !== undefined && this.#age <= USABLE) return this.#document;
    throw this.#failure ?? new IssuerUnavailable('what the issuer has published is too old');
  }

  /**
   * What is published now, for a token that `known` does not fit; `undefined` if it is still that.
   *
   * @throws IssuerUnavailable if that cannot be found out
   */
  async newerThan(known: T): Promise<T | undefined> {
    if (this.#document === known) await this.#update();
    if (this.#document !== known) return this.#document;
    if (this.#failure !== undefined) throw this.#failure;
    return undefined;
  }

  /** Fetches it, unless that was tried just now. Never rejects. */
  async #update(): Promise<void> {
    const isRecent = Math.abs(Date.now() - this.#triedAt) < BETWEEN_FETCHES;
    if (this.#fetching === undefined && !isRecent) {
      this.#triedAt = Date.now();
      this.#fetching = this.#load();
    }
    await this.#fetching;
  }

  async #load(): Promise<void> {
    try {
      this.#document = await this.#fetch();
      this.#fetchedAt = Date.now();
      this.#failure = undefined;
    } catch (error) {
      const isKnown = error instanceof IssuerUnavailable;
      this.#failure = isKnown ? error : new IssuerUnavailable('the issuer could not be asked');
    } finally {
      this.#fetching = undefined;
    }
  }

  /** Clocks can be set back: what was fetched in the future is as old as that. */
  get #age(): number {
    return Math.abs(Date.now() - this.#fetchedAt);
  }
}
