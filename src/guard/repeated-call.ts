/** The reply to a call that was made before under the same key (K17). */
import type { FlowOrigin, Finished } from '../server/extension.ts';
import type { SealedText } from '../stored/sealed-text.ts';
import type { GuardEntry } from './contract.ts';
import { roundKey } from './guard-entry.ts';
import { type Attempt, openOrigin } from './guarded-round.ts';
import { readReply, stateOf, withState } from './recorded-reply.ts';
import { isOver, refusal } from './refusal.ts';

interface Recorded {
  readonly key: string;
  readonly reply: SealedText;
  /** The entry of the round behind it, which has no reply. */
  readonly next?: GuardEntry | undefined;
}

/**
 * A question whose state has expired comes with one that can be answered: the flow goes on, and nothing of
 * it runs again. Unless its next round has begun: that may have done anything, and only its own request may
 * go on with it.
 *
 * @param first the reply of the first round
 * @throws RpcError if there is no reply that the client can do something with
 */
export async function repeatedCall(attempt: Attempt, first: SealedText): Promise<Finished> {
  const { host, seal, call, guarded } = attempt;
  const own: Recorded = { key: guarded.key, reply: first };
  const recorded = guarded.by === 'idempotency key' ? await newestOf(attempt, own) : own;
  const { key, reply, next } = recorded;
  if (next?.state === 'spent') throw refusal(guarded, 'spent');
  const finished = readReply(seal.open({ key, kind: 'reply', name: '' }, reply), call);
  const state = stateOf(finished);
  if (state === undefined) return finished;
  const renewed = await host.port.renewed(call, state);
  if (renewed === state) return finished;
  if (renewed === undefined || next !== undefined) {
    throw isOver('its question cannot be answered any more');
  }
  return withState(finished, renewed);
}

/** The last reply of its flow: a question, or the result. Waits for a round that runs. */
async function newestOf(attempt: Attempt, first: Recorded): Promise<Recorded> {
  const { host, seal, guarded } = attempt;
  const entry = await host.use(() => host.store.read(guarded.key));
  const origin = entry?.origin && openOrigin(seal, guarded.key, entry.origin);
  if (origin === undefined) return first;
  let newest = first;
  for (let round = 2; ; round++) {
    const { key, next } = await ended(attempt, origin, round);
    if (next?.reply === undefined) return { ...newest, next };
    newest = { key, reply: next.reply };
  }
}

async function ended(
  { host, seal, call }: Attempt,
  origin: FlowOrigin,
  round: number,
): Promise<{ readonly key: string; readonly next: GuardEntry | undefined }> {
  const key = roundKey(host, seal, call, { round, origin });
  const read = (): Promise<GuardEntry | undefined> => host.use(() => host.store.read(key));
  let next = await read();
  if (next?.state !== 'running') return { key, next };
  const waiter = host.waiters.add(key, call);
  try {
    while (next?.state === 'running') {
      await waiter.next();
      next = await read();
    }
    return { key, next };
  } finally {
    waiter.end();
  }
}
