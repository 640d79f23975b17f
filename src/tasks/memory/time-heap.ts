/** Rows in the order of their times: the one whose time comes first is at the top. */
export class TimeHeap<Row> {
  readonly #rows: Row[] = [];
  readonly #at = new Map<Row, number>();
  readonly #timeOf: (row: Row) => number;

  constructor(timeOf: (row: Row) => number) {
    this.#timeOf = timeOf;
  }

  get top(): Row | undefined {
    return this.#rows[0];
  }

  /** Puts a row where its time belongs. */
  put(row: Row): void {
    if (!this.#at.has(row)) {
      this.#at.set(row, this.#rows.length);
      this.#rows.push(row);
    }
    this.#lower(this.#raise(this.#at.get(row)!));
  }

  delete(row: Row): void {
    const at = this.#at.get(row);
    if (at === undefined) return;
    const last = this.#rows.pop()!;
    this.#at.delete(row);
    if (last === row) return;
    this.#set(at, last);
    this.#lower(this.#raise(at));
  }

  #raise(at: number): number {
    for (;;) {
      const parent = (at - 1) >> 1;
      if (at === 0 || !this.#isBefore(at, parent)) return at;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #lower(at: number): void {
    for (;;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const first = right < this.#rows.length && this.#isBefore(right, left) ? right : left;
      if (first >= this.#rows.length || !this.#isBefore(first, at)) return;
      this.#swap(at, first);
      at = first;
    }
  }

  #isBefore(a: number, b: number): boolean {
    return this.#timeOf(this.#rows[a]!) < this.#timeOf(this.#rows[b]!);
  }

  #swap(a: number, b: number): void {
    const [first, second] = [this.#rows[a]!, this.#rows[b]!];
    this.#set(a, second);
    this.#set(b, first);
  }

  #set(at: number, row: Row): void {
    this.#rows[at] = row;
    this.#at.set(row, at);
  }
}
