/** Moves a running round from one host to another (F15). */
import { invalidOptions } from '../../base/errors.ts';
import type { OpenAsk } from '../asks/ask.ts';
import type { Asked, Entry } from '../journal/journal.ts';
import type { RoundState } from './round-state.ts';

/** What the new journal of a moved round must begin with. */
export interface MovedRound {
  /** What is recorded, in order. None of these is appended again. */
  readonly entries: readonly Entry[];
  /** Answers that are not judged yet. Each is appended when it is, or dropped. */
  readonly answers: readonly Entry[];
  /** Questions that wait for answers. They are not announced again. */
  readonly asks: readonly OpenAsk[];
  /**
   * Questions whose answers are forgotten: see `Recorded.dropped`. Those of the last round that the
   * handler has not asked again are among them: they are announced when it does.
   */
  readonly dropped: readonly Asked[];
  /** Whether the round has ended: its outcome is what counts, and nothing of it goes on. */
  readonly isOver: boolean;
}

/**
 * Waits for the journal to be loaded, holds all deliveries, so that what `save` writes stays true,
 * and makes the change once it is written.
 */
export async function moveRound(
  state: RoundState,
  save: (moved: MovedRound) => void | PromiseLike<void>,
  change: (moved: MovedRound) => void,
): Promise<MovedRound> {
  const { queue, ending } = state;
  if (queue.isHeld) throw invalidOptions('The round is being moved already.');
  await Promise.race([queue.hold(), ending.outcome]);
  try {
    const moved = snapshot(state);
    if (moved.isOver) return moved;
    await save(moved);
    if (!ending.over) change(moved);
    return { ...moved, isOver: ending.over };
  } finally {
    queue.release();
  }
}

function snapshot({ history, queue, asks, ending }: RoundState): MovedRound {
  return {
    entries: [...history.seen, ...queue.recordedRest],
    answers: queue.answers,
    asks: asks.openAsks(),
    dropped: asks.recorded.dropped ?? [],
    isOver: ending.over,
  };
}
