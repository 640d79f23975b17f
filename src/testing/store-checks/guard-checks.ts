/** Requests that run once: claims, leases, recorded steps and replies. */
import type { Claimed, GuardLease, GuardStore, NewClaim } from '../../guard/contract.ts';
import { randomId } from '../../state/flow-secret.ts';
import { HOUR, SHORT, loses, same, sealed, textsOf, until } from './store-check.ts';

/** A guard, and how to write in a transaction of its store, if it has them. */
export interface GuardUnderTest<Transaction = unknown> {
  readonly guard: GuardStore<Transaction>;
  readonly transaction?: <T>(work: (transaction: Transaction) => Promise<T>) => Promise<T>;
}

/** One thing that every guard does. Checks may share a guard, and run at once. */
export interface GuardCheck {
  /** A sentence, for a list of failures. */
  readonly name: string;
  /** Rejects with what is wrong. Takes up to some seconds: leases lapse in it. */
  run<Transaction>(store: GuardUnderTest<Transaction>): Promise<void>;
}

class Trial {
  readonly guard: GuardStore;
  readonly transaction: GuardUnderTest['transaction'];
  /** The entry of this trial alone. */
  readonly key: string = randomId();

  constructor({ guard, transaction }: GuardUnderTest) {
    this.guard = guard;
    this.transaction = transaction;
  }

  newClaim(given: Partial<NewClaim> = {}): NewClaim {
    const { key } = this;
    return { key, owner: randomId(), request: 'request', lease: HOUR, life: HOUR, ...given };
  }

  claim(given: Partial<NewClaim> = {}): Promise<Claimed> {
    return this.guard.claim(this.newClaim(given));
  }

  /** A claim that has succeeded. */
  async running(given: Partial<NewClaim> = {}): Promise<GuardLease> {
    const { key, owner, ...claim } = this.newClaim(given);
    same((await this.guard.claim({ key, owner, ...claim })).type, 'claimed', 'a first claim');
    return { key, owner };
  }

  /** Claims once the lease of the last claim has lapsed. */
  async takeOver(given: Partial<NewClaim> = {}): Promise<Claimed & { type: 'claimed' }> {
    return until('its lease lapses', async () => {
      const claimed = await this.claim(given);
      return claimed.type === 'claimed' ? claimed : undefined;
    });
  }

  async state(): Promise<string | undefined> {
    return (await this.guard.read(this.key))?.state;
  }
}

function check(name: string, run: (trial: Trial) => Promise<void>): GuardCheck {
  return { name, run: (store) => run(new Trial(store as GuardUnderTest)) };
}

/** Every write of an attempt that has lost its claim. */
async function losesAll({ guard }: Trial, lease: GuardLease): Promise<void> {
  await loses(guard.record(lease, { name: 'late', content: sealed('late') }), 'record()');
  await loses(guard.finish(lease, sealed('late'), HOUR), 'finish()');
  await loses(guard.open(lease), 'open()');
  await loses(guard.withdraw(lease), 'withdraw()');
  await loses(guard.spend(lease), 'spend()');
  same(await guard.renew(lease, HOUR), false, 'renew()');
}

const CLAIMS: readonly GuardCheck[] = [
  check('one of many that claim at once gets it', async (trial) => {
    const claims = await Promise.all(Array.from({ length: 20 }, () => trial.claim()));
    const types = claims.map(({ type }) => type).toSorted();
    same(types, ['claimed', ...Array.from({ length: 19 }, () => 'running')], 'claims');
  }),

  check('another request is refused in every state', async (trial) => {
    const other = { request: 'another' };
    const lease = await trial.running();
    same((await trial.claim(other)).type, 'other', 'while it runs');
    await trial.guard.open(lease);
    same((await trial.claim(other)).type, 'other', 'when it is open');
    await trial.guard.finish(await trial.running(), sealed('reply'), HOUR);
    same((await trial.claim(other)).type, 'other', 'when it is done');
    const { guard } = trial;
    const spent = new Trial({ guard });
    await guard.spend(await spent.running());
    same((await spent.claim(other)).type, 'other', 'when it is spent');
  }),

  check('the same owner has it still', async (trial) => {
    const lease = await trial.running({ origin: sealed('first') });
    const own = { ...lease, origin: sealed('first') };
    const again = (await trial.claim(own)) as Claimed & { type: 'claimed' };
    same([again.type, again.isTakeover], ['claimed', false], 'the second claim of one owner');
    same([again.origin?.text, again.steps], ['first', []], 'what it begins with');
    await trial.guard.open(lease);
    const next = await trial.running({ owner: 'next' });
    const taken = (await trial.claim(next)) as Claimed & { type: 'claimed' };
    same([taken.type, taken.isTakeover], ['claimed', true], 'the second claim of a takeover');
  }),

  check('a step that is recorded again is there once', async (trial) => {
    const lease = await trial.running();
    for (const name of ['a', 'b', 'b', 'c']) {
      await trial.guard.record(lease, { name, content: sealed(name.toUpperCase()) });
    }
    await trial.guard.open(lease);
    same(textsOf((await trial.takeOver()).steps), ['A', 'B', 'C'], 'what was recorded');
  }),

  check('a claim has the time of the store, and so has a takeover', async (trial) => {
    const first = await trial.claim({ lease: SHORT });
    const second = await trial.takeOver();
    const between = first.type === 'claimed' ? second.now - first.now : NaN;
    same(between >= SHORT && between < HOUR, true, 'the time in between is that of the lease');
  }),

  check('what was withdrawn was never claimed, and is free for any request', async (trial) => {
    const { guard, key: keyId } = trial;
    await guard.withdraw(await trial.running({ origin: sealed('first', keyId) }));
    same(await trial.state(), undefined, 'its state');
    same((await guard.sealedUnder(keyId, 10)).length, 0, 'sealed texts');
    const claimed = await trial.takeOver({ request: 'another' });
    same([claimed.isTakeover, claimed.steps], [false, []], 'the next claim');
  }),

  check('an entry that is not there is not read', async (trial) => {
    same(await trial.guard.read(trial.key), undefined, 'what is read');
  }),

  check('an entry past its life is free for any request', async (trial) => {
    await trial.running({ life: SHORT });
    const claimed = await trial.takeOver({ request: 'another' });
    same([claimed.isTakeover, claimed.steps], [false, []], 'the claim');
  }),
];

const ATTEMPTS: readonly GuardCheck[] = [
  check('a claim that is released goes on with what was recorded', async (trial) => {
    const { guard } = trial;
    const lease = await trial.running({ origin: sealed('first') });
    await guard.record(lease, { name: 'a', content: sealed('A') });
    await guard.record(lease, { name: 'b', content: sealed('B') });
    await guard.open(lease);
    same(await trial.state(), 'open', 'its state');
    const claimed = await trial.takeOver({ origin: sealed('second') });
    same([claimed.isTakeover, claimed.origin?.text], [true, 'first'], 'the claim');
    same(textsOf(claimed.steps), ['A', 'B'], 'what was recorded');
    await losesAll(trial, lease);
  }),

  check(
    'a lease that has lapsed can be taken over, and its owner writes no more',
    async (trial) => {
      const { guard } = trial;
      const lease = await trial.running({ lease: SHORT, origin: sealed('first') });
      await guard.record(lease, { name: 'a', content: sealed('A') });
      same((await trial.claim()).type, 'running', 'a claim before that');
      await until('it is read as open', async () => (await trial.state()) === 'open' || undefined);
      const claimed = await trial.takeOver();
      same([claimed.isTakeover, claimed.origin?.text], [true, 'first'], 'the claim');
      same(textsOf(claimed.steps), ['A'], 'what was recorded');
      await losesAll(trial, lease);
    },
  ),

  check('of many that take over at once, one does', async (trial) => {
    await trial.guard.open(await trial.running());
    const claims = await Promise.all(Array.from({ length: 10 }, () => trial.claim()));
    same(claims.filter(({ type }) => type === 'claimed').length, 1, 'claims that succeed');
  }),

  check('a lease that is renewed does not lapse', async (trial) => {
    const lease = await trial.running({ lease: SHORT });
    same(await trial.guard.renew(lease, HOUR), true, 'renew()');
    await new Promise((resolve) => setTimeout(resolve, SHORT * 2));
    same((await trial.claim()).type, 'running', 'a claim after its first lease');
  }),
];

const ENDS: readonly GuardCheck[] = [
  check('a reply is kept for its time, and the entry is spent after it', async (trial) => {
    const { guard } = trial;
    const lease = await trial.running({ origin: sealed('first') });
    await guard.record(lease, { name: 'a', content: sealed('A') });
    await guard.finish(lease, sealed('reply'), HOUR);
    same(await trial.claim(), { type: 'done', reply: sealed('reply') }, 'a claim');
    const entry = await guard.read(trial.key);
    same([entry?.state, entry?.reply?.text], ['done', 'reply'], 'what is read');
    same([entry?.request, entry?.origin?.text], ['request', 'first'], 'what it was');
    await losesAll(trial, lease);
    const short = new Trial({ guard });
    await guard.finish(await short.running(), sealed('reply'), SHORT);
    await until('it is spent', async () => (await short.state()) === 'spent' || undefined);
    same(await short.claim(), { type: 'spent' }, 'a claim after its time');
  }),

  check('the same reply of its owner can be recorded again', async (trial) => {
    const { guard } = trial;
    const lease = await trial.running();
    await guard.finish(lease, sealed('reply'), HOUR);
    await guard.finish(lease, sealed('reply'), HOUR);
    same(await trial.claim(), { type: 'done', reply: sealed('reply') }, 'a claim');
    await loses(guard.finish(lease, sealed('another'), HOUR), 'finish() with another reply');
    const other = { ...lease, owner: 'another' };
    await loses(guard.finish(other, sealed('reply'), HOUR), 'finish() of another owner');
  }),

  check('an entry lives as long as its reply', async (trial) => {
    const lease = await trial.running({ life: SHORT * 4 });
    await trial.guard.finish(lease, sealed('reply'), HOUR);
    await new Promise((resolve) => setTimeout(resolve, SHORT * 5));
    same(await trial.state(), 'done', 'its state');
  }),

  check('what is spent stays so, with nothing in it', async (trial) => {
    const lease = await trial.running({ origin: sealed('first', trial.key) });
    await trial.guard.record(lease, { name: 'a', content: sealed('A', trial.key) });
    await trial.guard.spend(lease);
    same(await trial.claim(), { type: 'spent' }, 'a claim');
    same((await trial.guard.sealedUnder(trial.key, 10)).length, 0, 'sealed texts');
    await losesAll(trial, lease);
  }),

  check('what is past its time is deleted', async (trial) => {
    const { guard, key } = trial;
    const content = sealed('x', key);
    await guard.finish(await trial.running({ origin: content }), content, SHORT);
    const old = new Trial({ guard });
    await old.running({ life: SHORT, origin: content });
    await until('nothing of both is left', async () => {
      await guard.expire(1_000);
      return (await guard.sealedUnder(key, 10)).length === 0 || undefined;
    });
    same([await trial.state(), await old.state()], ['spent', undefined], 'their states');
  }),

  check('a reply is recorded with the transaction that it joins', async (trial) => {
    const { guard, transaction } = trial;
    if (transaction === undefined) return;
    const lease = await trial.running();
    const failing = transaction(async (within) => {
      await guard.finish(lease, sealed('reply'), HOUR, within);
      throw new Error('taken back');
    });
    await failing.catch(() => undefined);
    same(await trial.state(), 'running', 'its state when that has failed');
    await transaction((within) => guard.finish(lease, sealed('reply'), HOUR, within));
    same(await trial.state(), 'done', 'its state when that is done');
  }),
];

const KEYS: readonly GuardCheck[] = [
  check(
    'sealed texts are found by their keys, and replaced if they are as they were',
    async (trial) => {
      const { guard, key: keyId } = trial;
      const lease = await trial.running({ origin: sealed('origin', keyId) });
      await guard.record(lease, { name: 'a', content: sealed('A', keyId) });
      const cells = await guard.sealedUnder(keyId, 10);
      same(cells.map(({ kind }) => kind).toSorted(), ['origin', 'step'], 'what is under the key');
      same((await guard.countKeys()).get(keyId), 2, 'how many there are');
      same((await guard.sealedUnder(keyId, 1)).length, 1, 'the limit');
      for (const cell of cells) {
        const next = sealed(`${cell.kind} anew`);
        same(await guard.reseal(cell, next), true, 'reseal() of what is as it was');
        same(await guard.reseal(cell, next), false, 'reseal() of what is not');
      }
      await guard.open(lease);
      const claimed = await trial.takeOver();
      same(claimed.origin?.text, 'origin anew', 'the origin');
      same(textsOf(claimed.steps), ['step anew'], 'what was recorded');
    },
  ),
];

/** What every guard does: run each against yours. */
export const guardChecks: readonly GuardCheck[] = [...CLAIMS, ...ATTEMPTS, ...ENDS, ...KEYS];
