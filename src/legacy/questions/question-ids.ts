import { randomId } from '../../state/flow-secret.ts';
import type { Sealer } from '../../state/sealer.ts';

/**
 * Ids of questions. Any instance can find out whether an id was made for a session, although it does
 * not know the question (L8).
 */
export interface QuestionIds {
  next(session: string): string;
  isOf(session: string, id: unknown): id is string;
}

/** Longest id that is opened, in characters. */
const MOST_CHARACTERS = 256;

/** An empty text, sealed for a session: random bytes and a tag. */
export class SealedQuestionIds implements QuestionIds {
  readonly #sealer: Sealer;

  constructor(sealer: Sealer) {
    this.#sealer = sealer;
  }

  next(session: string): string {
    return this.#sealer.seal('', session);
  }

  isOf(session: string, id: unknown): id is string {
    if (typeof id !== 'string' || id.length > MOST_CHARACTERS) return false;
    return this.#sealer.open(id, session) !== undefined;
  }
}

/** For one pipe, whose questions no other instance can be given answers to. */
export class PipeQuestionIds implements QuestionIds {
  next(): string {
    return randomId();
  }

  isOf(_session: string, id: unknown): id is string {
    return typeof id === 'string';
  }
}
