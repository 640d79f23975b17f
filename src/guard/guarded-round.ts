/**
 * One attempt at a round that runs once (S7), from its claim to its recorded reply.
 *
 * - What it records is in the entry before its handler sees it.
 * - The reply is in the entry before its first byte leaves.
 * - A round that is cut short is opened for the next attempt, but not before nothing of it runs any more.
 */
import { type JsonValue, isRecord } from '../base/json/json.ts';
import { tryAgain } from '../protocol/refusal.ts';
import type {
  ExtendedCall,
  Finished,
  FlowOrigin,
  LazyStanding,
  Live,
  Next,
} from '../server/extension.ts';
import { type SealedText, contentBytes } from '../stored/sealed-text.ts';
import type { Claimed, GuardStep } from './contract.ts';
import type { GuardedRequest } from './guard-entry.ts';
import type { GuardHost } from './guard-host.ts';
import { GuardJournal } from './guard-journal.ts';
import type { GuardSeal } from './guard-seal.ts';
import { HeldClaim, longestRun } from './held-claim.ts';
import { LONGEST_REPLY, writeReply } from './recorded-reply.ts';

export interface Attempt {
  readonly host: GuardHost;
  readonly seal: GuardSeal;
  readonly call: ExtendedCall;
  readonly standing: LazyStanding;
  readonly guarded: GuardedRequest;
  readonly owner: string;
  /** Whether an attempt that is interrupted is the last. */
  readonly isOnly: boolean;
}

export class GuardedRound {
  readonly #attempt: Attempt;
  readonly #claim: HeldClaim;
  #live: Live | undefined;

  constructor(attempt: Attempt) {
    const { host, call, guarded, owner } = attempt;
    this.#attempt = attempt;
    const lease = { key: guarded.key, owner };
    this.#claim = new HeldClaim(host, lease, longestRun(call), () => {
      this.cancel('another attempt may have it');
      this.#over();
    });
  }

  /** @param claimed what earlier attempts have left */
  async play(claimed: Claimed & { type: 'claimed' }, next: Next): Promise<Finished> {
    this.#attempt.host.running.add(this);
    const journal = await this.#goOnFrom(claimed);
    const beforeStep = (): void => {
      if (this.#claim.isDoubtful) throw tryAgain('claim_lost');
    };
    const live = next({ journal, beforeStep, onDisconnect: 'go on' });
    this.#live = live;
    const finished = await live.finished.catch((error) => {
      this.#leave(live);
      throw error;
    });
    const isOver = !live.wasAborted && !mayTryAgain(finished);
    return isOver ? this.#ended(finished) : this.#cutShort(live, finished);
  }

  cancel(reason: string): void {
    this.#live?.cancel(reason);
  }

  /** @throws RpcError if it cannot be read here: another instance may be able to */
  #goOnFrom(claimed: Claimed & { type: 'claimed' }): Promise<GuardJournal> {
    const { host, standing } = this.#attempt;
    return host.use(async () => {
      try {
        if (claimed.isTakeover && standing.round === 1) standing.begin(this.#originOf(claimed));
        return this.#journal(claimed.steps);
      } catch (error) {
        await this.#letGo(false);
        throw error;
      }
    });
  }

  #journal(steps: readonly GuardStep[]): GuardJournal {
    const { host, seal, standing } = this.#attempt;
    const { lease } = this.#claim;
    const { key } = lease;
    return new GuardJournal({
      brought: standing.recorded,
      steps: steps.map(({ name, content }) => seal.open({ key, kind: 'step', name }, content)),
      write: (name, content: JsonValue) => {
        const sealed = seal.seal({ key, kind: 'step', name }, content);
        return host.use(() => host.store.record(lease, { name, content: sealed }));
      },
    });
  }

  #originOf({ origin }: Claimed & { type: 'claimed' }): FlowOrigin {
    const { seal, guarded } = this.#attempt;
    return openOrigin(seal, guarded.key, origin!);
  }

  /** @throws RpcError if the reply could not be recorded: then it must not leave */
  async #ended(finished: Finished): Promise<Finished> {
    const { host, seal, guarded } = this.#attempt;
    const { lease } = this.#claim;
    const record = async (): Promise<void> => {
      const reply = seal.seal({ key: lease.key, kind: 'reply', name: '' }, writeReply(finished));
      if (contentBytes(reply) > LONGEST_REPLY) await host.store.spend(lease);
      else await host.store.finish(lease, reply, guarded.replyTtl);
    };
    await host.use(record).finally(() => this.#over());
    return finished;
  }

  #cutShort(live: Live, finished: Finished): Finished {
    this.#leave(live);
    return this.#claim.isDoubtful ? { error: tryAgain('claim_lost') } : finished;
  }

  /** Nobody waits until nothing of it runs any more: that may be never. */
  #leave(live: Live): void {
    void live.settled.then(() => this.#letGo(this.#attempt.isOnly));
  }

  /** Never rejects: what is not let go of lapses. */
  async #letGo(isSpent: boolean): Promise<void> {
    const { host } = this.#attempt;
    const { lease } = this.#claim;
    try {
      await (isSpent ? host.store.spend(lease) : host.store.open(lease));
    } catch (error) {
      host.warn(error);
    }
    this.#over();
  }

  #over(): void {
    this.#claim.release();
    this.#attempt.host.running.delete(this);
  }
}

/** Whether it says so itself: then it is no reply to keep. */
function mayTryAgain(finished: Finished): boolean {
  if (!('error' in finished)) return false;
  const { data } = finished.error;
  return isRecord(data) && data['retryable'] === true;
}

export function openOrigin(seal: GuardSeal, key: string, origin: SealedText): FlowOrigin {
  return seal.open({ key, kind: 'origin', name: '' }, origin) as unknown as FlowOrigin;
}
