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

/** Of the random characters, and of the whole id. */
const RANDOM_LENGTH = 22;
const LENGTH = 44;

/** Random characters, and a tag over them and the session. */
export class TaggedQuestionIds implements QuestionIds {
  readonly #sealer: Sealer;

  constructor(sealer: Sealer) {
    this.#sealer = sealer;
  }

  next(session: string): string {
    const random = randomId();
    return random + this.#sealer.tag(`${session} ${random}`);
  }

  isOf(session: string, id: unknown): id is string {
    if (typeof id !== 'string' || id.length !== LENGTH) return false;
    const random = id.slice(0, RANDOM_LENGTH);
    return this.#sealer.isTag(id.slice(RANDOM_LENGTH), `${session} ${random}`);
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
