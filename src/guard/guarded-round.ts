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
import type { Moment } from '../stored/moment.ts';
import type { SharedStore } from '../stored/reply-recorder.ts';
import { type SealedText, contentBytes } from '../stored/sealed-text.ts';
import type { Claimed, GuardStep } from './contract.ts';
import type { GuardedRequest } from './guard-entry.ts';
import type { GuardHost } from './guard-host.ts';
import { GuardJournal } from './guard-journal.ts';
import type { GuardSeal } from './guard-seal.ts';
import { HeldClaim, longestRun } from './held-claim.ts';
import { type RecordedRound, RoundRecorder } from './round-recorder.ts';
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

type SuccessfulClaim = Claimed & { readonly type: 'claimed' };

/** A claim, and when it was asked for. */
export interface Held {
  readonly claimed: SuccessfulClaim;
  readonly heldSince: Moment;
}

export class GuardedRound {
  readonly #attempt: Attempt;
  readonly #claimed: SuccessfulClaim;
  readonly #claim: HeldClaim;
  readonly #recorder: RoundRecorder | undefined;
  #journal: GuardJournal | undefined;
  #live: Live | undefined;

  /** @param claimed what earlier attempts have left */
  constructor(attempt: Attempt, { claimed, heldSince }: Held) {
    const { host, call, guarded, owner } = attempt;
    this.#attempt = attempt;
    this.#claimed = claimed;
    const lease = { key: guarded.key, owner };
    const onLost = (): void => {
      this.cancel('another attempt may have it');
      this.#over();
    };
    const longest = longestRun(call);
    this.#claim = new HeldClaim(host, lease, { heldSince, longest, onLost });
    this.#recorder = this.#recorderIn(host.parts.shared);
  }

  async play(next: Next): Promise<Finished> {
    this.#attempt.host.running.add(this);
    const journal = await this.#goOn();
    this.#journal = journal;
    const beforeStep = (): void => {
      if (this.#claim.isDoubtful) throw tryAgain('claim_lost');
    };
    const live = next({ journal, beforeStep, onDisconnect: 'go on' });
    this.#live = live;
    const finished = await live.finished.catch((error) => {
      this.#leave(live);
      throw error;
    });
    if (live.wasAborted || mayTryAgain(finished)) return this.#cutShort(live, finished);
    return this.#ended(finished);
  }

  cancel(reason: string): void {
    this.#live?.cancel(reason);
  }

  /** @throws RpcError if it cannot be read here: another instance may be able to */
  #goOn(): Promise<GuardJournal> {
    const { host, standing } = this.#attempt;
    const { isTakeover, origin, steps } = this.#claimed;
    return host.use(async () => {
      try {
        if (isTakeover && standing.round === 1) standing.begin(this.#originOf(origin!));
        return this.#journalFrom(steps);
      } catch (error) {
        await this.#letGo();
        throw error;
      }
    });
  }

  #journalFrom(steps: readonly GuardStep[]): GuardJournal {
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

  #originOf(origin: SealedText): FlowOrigin {
    const { seal, guarded } = this.#attempt;
    return openOrigin(seal, guarded.key, origin);
  }

  /** For what is inside: a task is written together with the reply that says so (K8). */
  #recorderIn(shared: SharedStore | undefined): RoundRecorder | undefined {
    if (shared === undefined) return undefined;
    const { call, guarded, host } = this.#attempt;
    const claim = this.#claim;
    const round: RecordedRound = {
      claim,
      claimedAt: this.#claimed.now,
      seal: (reply) => this.#seal(reply),
      finish: (reply, transaction) =>
        host.store.finish(claim.lease, reply, guarded.replyTtl, transaction),
    };
    const recorder = new RoundRecorder(round, shared);
    shared.recorders.set(call, recorder);
    return recorder;
  }

  #seal(reply: Finished): SealedText {
    const { seal, guarded } = this.#attempt;
    return seal.seal({ key: guarded.key, kind: 'reply', name: '' }, writeReply(reply));
  }

  /** @throws RpcError if the reply could not be recorded: then it must not leave */
  async #ended(finished: Finished): Promise<Finished> {
    const { host, guarded } = this.#attempt;
    const { lease } = this.#claim;
    const record = async (): Promise<void> => {
      if (finished === this.#recorder?.recorded) return;
      const reply = this.#seal(finished);
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
    void live.settled.then(() => this.#letGo());
  }

  /** Never rejects: what is not let go of lapses. */
  async #letGo(): Promise<void> {
    try {
      await this.#giveUp();
    } catch (error) {
      this.#attempt.host.warn(error);
    }
    this.#over();
  }

  /** Leaves it to another attempt, if there may be one. If nothing was written, this was none. */
  #giveUp(): Promise<void> {
    const { host, isOnly } = this.#attempt;
    const { lease } = this.#claim;
    if (this.#hasWrittenNothing) return host.store.withdraw(lease);
    return isOnly ? host.store.spend(lease) : host.store.open(lease);
  }

  /** Nothing has begun but a task that is written together with its reply. Others may be there by now. */
  get #hasWrittenNothing(): boolean {
    const hasBegun = this.#claimed.isTakeover || this.#journal?.isLoaded === true;
    return !hasBegun && this.#recorder?.hasFailed === true;
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
