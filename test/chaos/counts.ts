/** How often things have happened. */
export class Counts {
  readonly #counts = new Map<string, number>();

  add(what: string): void {
    this.set(what, this.of(what) + 1);
  }

  set(what: string, count: number): void {
    this.#counts.set(what, count);
  }

  of(what: string): number {
    return this.#counts.get(what) ?? 0;
  }

  /** One line for each, the names in order. */
  toString(): string {
    const rows = [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1));
    return rows.map(([what, count]) => `${String(count).padStart(8)}  ${what}`).join('\n');
  }
}
