/**
 * Answers that nobody waits for here, yet: the client may be on its way to this instance with the
 * call, or the call at another instance (L9).
 */
import type { UnknownRecord } from '../../base/json/json.ts';
import { type Asked, callerOf } from './open-questions.ts';

/** How long they are kept, in ms. */
const KEPT_FOR = 60_000;

/** How many there may be, and how large, in characters. The oldest go first. */
const MOST = 1_000;
const MOST_OF_SESSION = 16;
const MOST_CHARACTERS = 4 * 1_048_576;
const LONGEST = 65_536;

interface Kept {
  readonly asked: Asked;
  readonly response: UnknownRecord;
  readonly size: number;
  readonly timer: ReturnType<typeof setTimeout>;
}

export class KeptAnswers {
  readonly #kept = new Map<string, Kept>();
  /** The ids of each session, the oldest first: looking through all would cost as much as there are. */
  readonly #ofSession = new Map<string, Set<string>>();
  readonly #onUnclaimed: () => void;
  #characters = 0;

  /** @param onUnclaimed called when the time of an answer is over */
  constructor(onUnclaimed: () => void) {
    this.#onUnclaimed = onUnclaimed;
  }

  /** Of several to one question, the first is kept. `false` if it is too large to be kept. */
  keep(id: string, asked: Asked, response: UnknownRecord): boolean {
    if (this.#kept.has(id)) return true;
    const size = JSON.stringify(response).length;
    if (size > LONGEST) {
      this.#onUnclaimed();
      return false;
    }
    const timer = setTimeout(() => {
      this.drop(id);
      this.#onUnclaimed();
    }, KEPT_FOR);
    timer.unref?.();
    this.#kept.set(id, { asked, response, size, timer });
    this.#idsOf(asked.session).add(id);
    this.#characters += size;
    this.#bound(asked.session);
    return true;
  }

  /** The response to a question, which is kept no longer. */
  take(id: string, asked: Asked): UnknownRecord | undefined {
    const kept = this.#kept.get(id);
    const isOwn = kept?.asked.session === asked.session && callerOf(kept.asked) === callerOf(asked);
    if (!isOwn) return undefined;
    this.drop(id);
    return kept.response;
  }

  /** Somebody has taken it. */
  drop(id: string): void {
    const kept = this.#kept.get(id);
    if (kept === undefined) return;
    clearTimeout(kept.timer);
    this.#kept.delete(id);
    this.#characters -= kept.size;
    const { session } = kept.asked;
    const ids = this.#idsOf(session);
    ids.delete(id);
    if (ids.size === 0) this.#ofSession.delete(session);
  }

  /** Of all that are kept. */
  get ids(): readonly string[] {
    return [...this.#kept.keys()];
  }

  /** An answer, which stays kept. */
  look(id: string): Pick<Kept, 'asked' | 'response'> | undefined {
    return this.#kept.get(id);
  }

  #bound(session: string): void {
    const own = this.#idsOf(session);
    if (own.size > MOST_OF_SESSION) this.drop(oldest(own));
    while (this.#kept.size > MOST || this.#characters > MOST_CHARACTERS) {
      this.drop(oldest(this.#kept));
    }
  }

  #idsOf(session: string): Set<string> {
    let ids = this.#ofSession.get(session);
    if (ids === undefined) this.#ofSession.set(session, (ids = new Set()));
    return ids;
  }
}

/** The id that was put in first, of some. */
function oldest(ids: ReadonlyMap<string, unknown> | ReadonlySet<string>): string {
  return ids.keys().next().value!;
}
