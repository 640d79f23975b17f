/** Scopes that include others: who may write may read. */

/** By a scope, the scopes that it includes. */
export type Implies = Readonly<Record<string, readonly string[]>>;

export class ImpliedScopes {
  readonly #implies: ReadonlyMap<string, readonly string[]>;

  constructor(implies: Implies = {}) {
    this.#implies = new Map(Object.entries(implies));
  }

  /** All that `scopes` stand for, themselves included. */
  closure(scopes: readonly string[]): ReadonlySet<string> {
    const all = new Set(scopes);
    // A set also visits what is added meanwhile.
    for (const scope of all) for (const more of this.#implies.get(scope) ?? []) all.add(more);
    return all;
  }
}
