/** The guard in memory: for tests, and for servers of one process. */
import type { SealedText } from '../../stored/sealed-text.ts';
import {
  type Claimed,
  type GuardCell,
  type GuardEntry,
  type GuardLease,
  type GuardState,
  type GuardStep,
  type GuardStore,
  type NewClaim,
  claimLost,
} from '../contract.ts';

/** What undoes the changes of a transaction. */
type Undo = (() => void)[];

interface Row {
  readonly request: string;
  readonly expiresAt: number;
  readonly state: GuardState;
  readonly owner?: string;
  /** Whether an attempt has begun it before the one that has it. */
  readonly isTakenOver?: boolean;
  readonly leaseUntil: number;
  readonly replyUntil: number;
  readonly origin?: SealedText | undefined;
  readonly steps: readonly GuardStep[];
  readonly reply?: SealedText;
}

export class MemoryGuard implements GuardStore<Undo> {
  /** Rows are never changed, but replaced. */
  readonly #rows = new Map<string, Row>();
  readonly #now: () => number;

  /** @param now the clock, in ms since the epoch */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  async claim(claim: NewClaim): Promise<Claimed> {
    const { key, owner, request, lease, life, origin } = claim;
    const now = this.#now();
    const row = this.#rowOf(key);
    if (row !== undefined && row.request !== request) return { type: 'other' };
    if (row !== undefined && !isFree(row, owner, now)) return notFree(row);
    const fresh = { request, origin, steps: [], expiresAt: now + life, replyUntil: 0 };
    const isTakeover = row !== undefined && (row.isTakenOver === true || row.owner !== owner);
    const held = {
      state: 'running',
      owner,
      isTakenOver: isTakeover,
      leaseUntil: now + lease,
    } as const;
    const taken = { ...(row ?? fresh), ...held };
    this.#rows.set(key, taken);
    return { type: 'claimed', now, isTakeover, origin: taken.origin, steps: taken.steps };
  }

  async read(key: string): Promise<GuardEntry | undefined> {
    const row = this.#rowOf(key);
    return (
      row && {
        state: stateOf(row, this.#now()),
        request: row.request,
        origin: row.origin,
        reply: row.reply,
      }
    );
  }

  async renew({ key, owner }: GuardLease, ms: number): Promise<boolean> {
    const row = this.#rowOf(key);
    if (row?.state !== 'running' || row.owner !== owner) return false;
    this.#rows.set(key, { ...row, leaseUntil: this.#now() + ms });
    return true;
  }

  async record(lease: GuardLease, step: GuardStep): Promise<void> {
    const row = this.#held(lease);
    const others = row.steps.filter(({ name }) => name !== step.name);
    this.#rows.set(lease.key, { ...row, steps: [...others, step] });
  }

  async finish(lease: GuardLease, reply: SealedText, replyTtl: number, undo?: Undo): Promise<void> {
    if (isDone(this.#rowOf(lease.key), lease, reply)) return;
    const row = this.#held(lease);
    undo?.push(() => void this.#rows.set(lease.key, row));
    const replyUntil = this.#now() + replyTtl;
    const expiresAt = Math.max(row.expiresAt, replyUntil);
    this.#rows.set(lease.key, { ...row, state: 'done', reply, replyUntil, expiresAt, steps: [] });
  }

  async open(lease: GuardLease): Promise<void> {
    const { owner: _owner, ...row } = this.#held(lease);
    this.#rows.set(lease.key, { ...row, state: 'open' });
  }

  async withdraw(lease: GuardLease): Promise<void> {
    this.#held(lease);
    this.#rows.delete(lease.key);
  }

  async spend(lease: GuardLease): Promise<void> {
    this.#rows.set(lease.key, spent(this.#held(lease)));
  }

  async expire(limit: number): Promise<number> {
    const before = [...this.#rows];
    let changed = 0;
    for (const [key, row] of before) {
      const after = this.#rowOf(key);
      if (after === row || changed >= limit) continue;
      changed++;
      if (after === undefined) this.#rows.delete(key);
      else this.#rows.set(key, after);
    }
    return changed;
  }

  // Keys.

  async countKeys(): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for (const { sealed } of this.#cells()) {
      counts.set(sealed.keyId, (counts.get(sealed.keyId) ?? 0) + 1);
    }
    return counts;
  }

  async sealedUnder(keyId: string, limit: number): Promise<readonly GuardCell[]> {
    return this.#cells()
      .filter(({ sealed }) => sealed.keyId === keyId)
      .slice(0, limit);
  }

  async reseal({ key, kind, name, sealed }: GuardCell, next: SealedText): Promise<boolean> {
    const isIt = ({ keyId, text }: SealedText): boolean =>
      keyId === sealed.keyId && text === sealed.text;
    const cell = this.#cells().find(
      (each) => each.key === key && each.kind === kind && each.name === name && isIt(each.sealed),
    );
    if (cell === undefined) return false;
    const row = this.#rows.get(key)!;
    const steps = row.steps.map((step) => (step.name === name ? { name, content: next } : step));
    this.#rows.set(key, { ...row, ...(kind === 'step' ? { steps } : { [kind]: next }) });
    return true;
  }

  #cells(): GuardCell[] {
    return [...this.#rows].flatMap(([key, { origin, reply, steps }]) => [
      ...(origin ? [{ key, kind: 'origin' as const, name: '', sealed: origin }] : []),
      ...steps.map(({ name, content }) => ({ key, kind: 'step' as const, name, sealed: content })),
      ...(reply ? [{ key, kind: 'reply' as const, name: '', sealed: reply }] : []),
    ]);
  }

  /** The row as it counts now. */
  #rowOf(key: string): Row | undefined {
    const now = this.#now();
    const row = this.#rows.get(key);
    if (row === undefined || row.expiresAt <= now) return undefined;
    return row.state === 'done' && row.replyUntil <= now ? spent(row) : row;
  }

  #held({ key, owner }: GuardLease): Row {
    const row = this.#rowOf(key);
    if (row?.state === 'running' && row.owner === owner) return row;
    throw claimLost();
  }
}

function isFree({ state, owner, leaseUntil }: Row, claimant: string, now: number): boolean {
  if (state === 'open') return true;
  return state === 'running' && (leaseUntil <= now || owner === claimant);
}

function isDone(row: Row | undefined, { owner }: GuardLease, reply: SealedText): boolean {
  return row?.state === 'done' && row.owner === owner && row.reply?.text === reply.text;
}

function stateOf({ state, leaseUntil }: Row, now: number): GuardState {
  return state === 'running' && leaseUntil <= now ? 'open' : state;
}

function notFree({ state, reply }: Row): Claimed {
  if (state === 'done') return { type: 'done', reply: reply! };
  return { type: state === 'spent' ? 'spent' : 'running' };
}

function spent({ request, expiresAt }: Row): Row {
  return { request, expiresAt, state: 'spent', leaseUntil: 0, replyUntil: 0, steps: [] };
}
