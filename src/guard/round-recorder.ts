/** Records the reply of a round together with the task that it has become (K8). */
import { tryAgain } from '../protocol/refusal.ts';
import type { Finished } from '../server/extension.ts';
import { Moment } from '../stored/moment.ts';
import type { ReplyRecorder, SharedStore } from '../stored/reply-recorder.ts';
import type { SealedText } from '../stored/sealed-text.ts';
import { isClaimLost } from './contract.ts';
import type { HeldClaim } from './held-claim.ts';

/** One attempt at a round, as its recorder knows it. */
export interface RecordedRound {
  readonly claim: HeldClaim;
  /** The store's clock when it was claimed. */
  readonly claimedAt: number;
  seal(reply: Finished): SealedText;
  /** Writes the reply. */
  finish(reply: SealedText, transaction: unknown): Promise<void>;
}

export class RoundRecorder implements ReplyRecorder {
  /** The reply that is recorded already. */
  recorded: Finished | undefined;
  /** Whether it was tried in vain: then nothing has been written, unless with the reply. */
  hasFailed = false;
  readonly #round: RecordedRound;
  readonly #transaction: SharedStore['transaction'];
  readonly #since: Moment = new Moment();

  constructor(round: RecordedRound, { transaction }: SharedStore) {
    this.#round = round;
    this.#transaction = transaction;
  }

  get now(): number {
    return Math.floor(this.#round.claimedAt + this.#since.age);
  }

  async record<Written>(
    reply: Finished,
    write: (transaction: unknown) => Promise<Written>,
    isSaid: (written: Written) => boolean,
  ): Promise<Written> {
    const { claim } = this.#round;
    const sealed = this.#round.seal(reply);
    claim.release();
    try {
      const written = await this.#transaction(async (transaction) => {
        const result = await write(transaction);
        if (isSaid(result)) await this.#round.finish(sealed, transaction);
        return result;
      });
      if (isSaid(written)) this.recorded = reply;
      return written;
    } catch (error) {
      throw isClaimLost(error) ? tryAgain('claim_lost') : error;
    } finally {
      this.hasFailed = this.recorded === undefined;
      if (this.hasFailed) claim.hold();
    }
  }
}
