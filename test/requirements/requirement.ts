/** One requirement of the protocol, in our words. */
export interface Requirement {
  /** How binding the specification is; `MUST` covers `MUST NOT`. A note explains a choice we made. */
  readonly level: 'MUST' | 'SHOULD' | 'MAY' | 'note';
  /** No sentence of the specification says so: it follows from its schema, or from its suite. */
  readonly inferred?: true;
  readonly text: string;
  /**
   * Pages of the specification by their paths: `basic/patterns/mrtr` is
   * https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr. Beside them there
   * are `schema`, `SEP-n`, `tasks` for the extension of that name, and `security` for the guide.
   */
  readonly sources: readonly string[];
  /** Scenarios of the official conformance suite that try it. */
  readonly scenarios?: readonly string[];
  /** Why no test cites it, and none will. */
  readonly excused?: string;
  /** Why no test cites it yet. */
  readonly todo?: string;
  /** What the tests that cite it cannot show. */
  readonly partly?: string;
}

/** Requirements by id. */
export type Requirements = Readonly<Record<string, Requirement>>;
