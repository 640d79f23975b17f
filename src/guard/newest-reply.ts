/** The answer to a call that was made before under the same idempotency key (K17). */
import type { FlowOrigin, Finished } from '../server/extension.ts';
import type { SealedText } from '../stored/sealed-text.ts';
import type { GuardEntry } from './contract.ts';
import { roundKey } from './guard-entry.ts';
import { type Attempt, openOrigin } from './guarded-round.ts';
import { readReply } from './recorded-reply.ts';

/** The last reply of its flow: a question, or the result. Waits for a round that runs. */
export async function newestReply(attempt: Attempt, first: SealedText): Promise<Finished> {
  const { host, seal, call, guarded } = attempt;
  const entry = await host.use(() => host.store.read(guarded.key));
  let newest = { key: guarded.key, reply: first };
  const origin = entry?.origin && openOrigin(seal, guarded.key, entry.origin);
  for (let round = 2; origin !== undefined; round++) {
    const found = await replyOf(attempt, origin, round);
    if (found === undefined) break;
    newest = found;
  }
  return readReply(seal.open({ key: newest.key, kind: 'reply', name: '' }, newest.reply), call);
}

async function replyOf(
  attempt: Attempt,
  origin: FlowOrigin,
  round: number,
): Promise<{ readonly key: string; readonly reply: SealedText } | undefined> {
  const { host, seal, call } = attempt;
  const key = roundKey(host, seal, call, { round, origin });
  const entry = await ended(attempt, key);
  return entry?.reply && { key, reply: entry.reply };
}

async function ended({ host, call }: Attempt, key: string): Promise<GuardEntry | undefined> {
  const read = (): Promise<GuardEntry | undefined> => host.use(() => host.store.read(key));
  let entry = await read();
  if (entry?.state !== 'running') return entry;
  const waiter = host.waiters.add(key, call);
  try {
    while (entry?.state === 'running') {
      await waiter.next();
      entry = await read();
    }
    return entry;
  } finally {
    waiter.end();
  }
}
