import type { Flow } from './flow.ts';

/**
 * Recognises a question when it is asked again: the flow's digest of body and message, then four
 * characters of checksum of the body alone. The checksum is for the log, which says whether it was
 * the message or the schema that changed.
 */
export type QuestionDigest = string;

const MARK_LENGTH = 4;

/**
 * The part of a question beside its message: a schema, a URL. Computed once if it never changes.
 */
export class QuestionBody {
  readonly #text: string;
  readonly #mark: string;

  constructor(text: string) {
    this.#text = `${text.length}:${text}`;
    this.#mark = markOf(text);
  }

  digest(flow: Flow, message: string): QuestionDigest {
    return flow.digest(this.#text + message) + this.#mark;
  }
}

/** Whether two questions differ in their messages only. */
export function sameBody(a: QuestionDigest, b: QuestionDigest): boolean {
  return a.slice(-MARK_LENGTH) === b.slice(-MARK_LENGTH);
}

/** FNV-1a. Not for security: two texts with the same mark only make the log less exact. */
function markOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(36).padStart(MARK_LENGTH, '0').slice(-MARK_LENGTH);
}
