/** The guard in Redis. What is past its time goes by itself. */
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
} from '../guard/contract.ts';
import type { SealedText } from '../stored/sealed-text.ts';
import * as scripts from './guard-scripts.ts';

/** Runs a script with these KEYS and ARGV. */
export type Eval = (
  script: string,
  keys: readonly string[],
  args: readonly string[],
) => Promise<unknown>;

const SEALED = ':sealed';

export class RedisGuardStore implements GuardStore {
  readonly #eval: Eval;
  readonly #prefix: string;

  /** @param prefix of all its keys */
  constructor(run: Eval, prefix: string) {
    this.#eval = run;
    this.#prefix = prefix;
  }

  async claim(claim: NewClaim): Promise<Claimed> {
    const { key, owner, request, lease, life, origin } = claim;
    const args = [owner, request, String(lease), String(life), origin ? joined(origin) : ''];
    const [type, ...texts] = (await this.#run(scripts.CLAIM, key, args)) as string[];
    switch (type) {
      case 'claimed':
        return { type, now: Number(texts[0]), isTakeover: false, origin, steps: [] };
      case 'taken over':
        return takenOver(Number(texts[0]), texts.slice(1));
      case 'done':
        return { type, reply: split(texts[0]!) };
      default:
        return { type: type as 'running' | 'spent' | 'other' };
    }
  }

  async read(key: string): Promise<GuardEntry | undefined> {
    const found = (await this.#run(scripts.READ, key)) as string[];
    const [request, state, origin, reply] = found;
    if (request === undefined) return undefined;
    return {
      request,
      state: state as GuardState,
      ...(origin !== '' && { origin: split(origin!) }),
      ...(reply !== '' && { reply: split(reply!) }),
    };
  }

  async renew({ key, owner }: GuardLease, ms: number): Promise<boolean> {
    return (await this.#run(scripts.RENEW, key, [owner, String(ms)])) === 1;
  }

  async record(lease: GuardLease, { name, content }: GuardStep): Promise<void> {
    await this.#write(scripts.RECORD, lease, [name, joined(content)]);
  }

  async finish(lease: GuardLease, reply: SealedText, replyTtl: number): Promise<void> {
    await this.#write(scripts.FINISH, lease, [joined(reply), String(replyTtl)]);
  }

  async open(lease: GuardLease): Promise<void> {
    await this.#write(scripts.OPEN, lease);
  }

  async withdraw(lease: GuardLease): Promise<void> {
    await this.#write(scripts.WITHDRAW, lease);
  }

  async spend(lease: GuardLease): Promise<void> {
    await this.#write(scripts.SPEND, lease);
  }

  async expire(): Promise<number> {
    return 0;
  }

  // Keys.

  async countKeys(): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for await (const { sealed } of this.#cells()) {
      counts.set(sealed.keyId, (counts.get(sealed.keyId) ?? 0) + 1);
    }
    return counts;
  }

  async sealedUnder(keyId: string, limit: number): Promise<readonly GuardCell[]> {
    const found: GuardCell[] = [];
    for await (const { field: _field, ...cell } of this.#cells()) {
      if (cell.sealed.keyId === keyId) found.push(cell);
      if (found.length >= limit) break;
    }
    return found;
  }

  async reseal({ key, kind, name, sealed }: GuardCell, next: SealedText): Promise<boolean> {
    const texts = (await this.#run(scripts.CELLS, key)) as string[];
    const cell = cellsOf(key, texts).find((each) => each.kind === kind && each.name === name);
    if (cell === undefined) return false;
    const args = [cell.field, joined(sealed), joined(next)];
    return (await this.#run(scripts.RESEAL, key, args)) === 1;
  }

  async *#cells(): AsyncGenerator<Cell> {
    let cursor = '0';
    do {
      const args = [cursor, `${this.#prefix}*${SEALED}`];
      const page = (await this.#eval(scripts.SCAN, [], args)) as [string, string[]];
      cursor = String(page[0]);
      for (const name of page[1]) {
        const key = name.slice(this.#prefix.length + 1, -SEALED.length - 1);
        yield* cellsOf(key, (await this.#run(scripts.CELLS, key)) as string[]);
      }
    } while (cursor !== '0');
  }

  #run(script: string, key: string, args: readonly string[] = []): Promise<unknown> {
    const entry = `${this.#prefix}{${key}}`;
    return this.#eval(script, [entry, `${entry}${SEALED}`], args);
  }

  async #write(
    script: string,
    { key, owner }: GuardLease,
    args: readonly string[] = [],
  ): Promise<void> {
    if ((await this.#run(script, key, [owner, ...args])) !== 1) throw claimLost();
  }
}

interface Cell extends GuardCell {
  /** Of the hash. */
  readonly field: string;
}

/** @param texts fields and values, in turn */
function cellsOf(key: string, texts: readonly string[]): Cell[] {
  const cells: Cell[] = [];
  for (let i = 0; i < texts.length; i += 2) {
    const field = texts[i]!;
    const [kind, , ...name] = field.split(':');
    const sealed = split(texts[i + 1]!);
    cells.push({ key, kind: kind as Cell['kind'], name: name.join(':'), sealed, field });
  }
  return cells.toSorted((a, b) => numberOf(a) - numberOf(b));
}

function numberOf({ field }: Cell): number {
  return Number(field.split(':')[1] ?? 0);
}

function takenOver(now: number, texts: readonly string[]): Claimed {
  const cells = cellsOf('', texts);
  const steps = cells.filter(({ kind }) => kind === 'step');
  return {
    type: 'claimed',
    now,
    isTakeover: true,
    origin: cells.find(({ kind }) => kind === 'origin')?.sealed,
    steps: steps.map(({ name, sealed }) => ({ name, content: sealed })),
  };
}

/** As one value of a hash. Ids of keys have no space. */
function joined({ keyId, text }: SealedText): string {
  return `${keyId} ${text}`;
}

function split(value: string): SealedText {
  const end = value.indexOf(' ');
  return { keyId: value.slice(0, end), text: value.slice(end + 1) };
}
