/** Which servers are of this revision, and which of earlier ones, while the process lives (L17). */

/** A server of this revision, or of an earlier one. */
export type Era = 'modern' | 'old';

/** How many servers are remembered. */
const MAX_SERVERS = 1_000;

/** Remembers what has been found out, by the address or the command of a server. */
export class Verdicts {
  readonly #eras = new Map<string, Era>();

  get(server: string): Era | undefined {
    return this.#eras.get(server);
  }

  set(server: string, era: Era): void {
    this.#eras.delete(server);
    this.#eras.set(server, era);
    const [oldest] = this.#eras.keys();
    if (this.#eras.size > MAX_SERVERS) this.#eras.delete(oldest!);
  }

  forget(server: string): void {
    this.#eras.delete(server);
  }
}

const shared = new Verdicts();
const byFetch = new WeakMap<object, Verdicts>();

/** A `fetch` of the caller's can lead anywhere: what it has found counts for itself alone. */
export function verdictsThrough(fetch: object | undefined): Verdicts {
  if (fetch === undefined) return shared;
  const known = byFetch.get(fetch) ?? new Verdicts();
  byFetch.set(fetch, known);
  return known;
}
