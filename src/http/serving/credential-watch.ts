import type { Principal } from '../../protocol/principal.ts';

/** How long a stream lasts whose caller's credentials have no end that is known, in ms. */
const WITHOUT_END = 60 * 60_000;

/** How often is asked whether credentials still hold, where that can change, in ms. */
const RECHECK = 60_000;

/** Longest timer, in ms: those of more than 24.8 days would fire at once. */
const LONGEST_TIMER = 24 * 60 * 60_000;

/** Ends what stays open when the credentials of its caller do (A11). */
export class CredentialWatch {
  readonly #end: number;
  readonly #recheck: (() => Promise<boolean>) | undefined;
  readonly #onEnd: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  /**
   * @param principal its `expiresAt`: when its credentials end, in ms since the epoch
   * @param recheck resolves with whether they still hold
   */
  constructor(
    { expiresAt }: Principal,
    recheck: (() => Promise<boolean>) | undefined,
    onEnd: () => void,
  ) {
    this.#end = Number.isFinite(expiresAt) ? (expiresAt as number) : Date.now() + WITHOUT_END;
    this.#recheck = recheck;
    this.#onEnd = onEnd;
    this.#wait();
  }

  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #wait(): void {
    if (this.#isOver) return;
    const left = Math.max(0, this.#end - Date.now());
    const longest = this.#recheck === undefined ? LONGEST_TIMER : RECHECK;
    this.#timer = setTimeout(() => void this.#look(), Math.min(left, longest));
    this.#timer.unref?.();
  }

  async #look(): Promise<void> {
    const holds = this.#end > Date.now() && ((await this.#recheck?.()) ?? true);
    if (holds) return this.#wait();
    if (!this.#isOver) this.#onEnd();
  }
}
