/** What `replay: 'once'` does around a round (S7). */
import type { JsonValue } from '../base/json/json.ts';
import type { Finished, GuardConfig, LazyStanding, Next, Wrapper } from '../server/extension.ts';
import { randomId } from '../state/flow-secret.ts';
import { Moment } from '../stored/moment.ts';
import type { SealedText } from '../stored/sealed-text.ts';
import type { Claimed } from './contract.ts';
import { guardedRequest } from './guard-entry.ts';
import type { GuardHost } from './guard-host.ts';
import { type Attempt, GuardedRound, type Held } from './guarded-round.ts';
import { LEASE } from './held-claim.ts';
import { readReply, taskIn } from './recorded-reply.ts';
import { refusal } from './refusal.ts';
import { repeatedCall } from './repeated-call.ts';
import type { Waiter } from './waiters.ts';

export function onceWrapper(host: GuardHost, config: GuardConfig): Wrapper {
  return {
    around: async (call, standing, next) => {
      const guarded = await guardedRequest(host, config, call, standing);
      if (guarded === undefined) return deferred(standing, next);
      const seal = await host.use(() => host.seal);
      const isOnly = config.interrupted === 'refuse';
      const owner = randomId();
      return serve({ host, seal, call, standing, guarded, owner, isOnly }, next);
    },
  };
}

/** Nothing lasting begins in a first round that cannot be recognised: steps wait for the next. */
function deferred(standing: LazyStanding, next: Next): Promise<Finished> {
  standing.defer();
  return next({ beforeStep: () => 'end the round' }).finished;
}

async function serve(attempt: Attempt, next: Next): Promise<Finished> {
  const { host, guarded } = attempt;
  const { claimed, sent } = await claim(attempt);
  host.cleanUp();
  switch (claimed.type) {
    case 'claimed':
      return run(attempt, { claimed, heldSince: sent }, next);
    case 'done':
      return repeat(attempt, claimed);
    default:
      throw refusal(guarded, claimed.type);
  }
}

async function run(attempt: Attempt, held: Held, next: Next): Promise<Finished> {
  const { host, guarded, owner, isOnly } = attempt;
  if (held.claimed.isTakeover && isOnly) {
    await host.use(() => host.store.spend({ key: guarded.key, owner }));
    throw refusal(guarded, 'spent');
  }
  return new GuardedRound(attempt, held).play(next);
}

interface Settled {
  readonly claimed: Exclude<Claimed, { type: 'running' }>;
  /** When that was asked for: the answer may be late. */
  readonly sent: Moment;
}

/** Claims it, or waits for what becomes of it. */
async function claim(attempt: Attempt): Promise<Settled> {
  const { host, call, guarded } = attempt;
  const wanted = claimOf(attempt);
  let waiter: Waiter | undefined;
  try {
    for (;;) {
      const sent = new Moment();
      const claimed = await host.use(() => host.store.claim(wanted));
      if (claimed.type !== 'running') return { claimed, sent };
      waiter ??= host.waiters.add(guarded.key, call);
      await waiter.next();
    }
  } finally {
    waiter?.end();
  }
}

function claimOf({ seal, standing, guarded, owner }: Attempt) {
  const { key, request, life } = guarded;
  const wanted = { key, owner, request, life, lease: LEASE };
  if (standing.round > 1) return wanted;
  const origin = standing.origin as unknown as JsonValue;
  return { ...wanted, origin: seal.seal({ key, kind: 'origin', name: '' }, origin) };
}

/** A task that has been deleted says nothing any more: its reply counts as spent, and nothing runs again. */
async function repeat(attempt: Attempt, { reply }: Claimed & { type: 'done' }): Promise<Finished> {
  const { host, guarded } = attempt;
  const finished = await repeatedReply(attempt, reply);
  const taskId = taskIn(finished);
  const { hasTask } = host.parts.shared ?? {};
  if (taskId === undefined || hasTask === undefined) return finished;
  if (await host.use(() => hasTask(taskId))) return finished;
  throw refusal(guarded, 'spent');
}

async function repeatedReply(attempt: Attempt, reply: SealedText): Promise<Finished> {
  const { seal, call, guarded } = attempt;
  if (guarded.by !== 'round') return repeatedCall(attempt, reply);
  return readReply(seal.open({ key: guarded.key, kind: 'reply', name: '' }, reply), call);
}
