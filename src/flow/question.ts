import type { Flow } from './host.ts';

/** How a question is recognised when it is asked again (F7). */
export interface QuestionDigest {
  /** Keyed digest of all of it. */
  readonly whole: string;
  /** A mark of its schema: says, for the log, which part of a changed question has changed. */
  readonly schema: string;
}

/** What an ask has beside its message: a schema, a URL. Made once where it is the same each time. */
export class QuestionBody {
  readonly text: string;
  readonly mark: string;

  constructor(text: string) {
    this.text = text;
    this.mark = markOf(text);
  }

  digest(flow: Flow, message: string): QuestionDigest {
    const { text, mark } = this;
    return { whole: flow.digest(`${text.length}:${text}${message}`), schema: mark };
  }
}

/** FNV-1a: nothing depends on nobody finding two texts with the same mark. */
function markOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(36).slice(-4);
}
