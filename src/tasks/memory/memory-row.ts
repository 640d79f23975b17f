/** One task in memory. */
import type {
  ClaimedTask,
  EndStatus,
  LoadedTask,
  NewAsk,
  NewAnswer,
  NewTask,
  TaskRow,
  StoredAsk,
  TaskIdentity,
  TaskRecord,
  TaskRelease,
} from '../contract.ts';
import { identityOf, storedAsk } from '../stored/stored-task.ts';
import type { SealedText } from '../../stored/sealed-text.ts';

interface Mark {
  due: number;
  attempts: number;
}

type MutableAsk = { -readonly [K in keyof StoredAsk]: StoredAsk[K] };

export class MemoryRow {
  identity: TaskIdentity;
  readonly createdAt: number;
  readonly marksEnd: boolean;
  updatedAt: number;
  expiresAt: number;
  #due: number | undefined;
  epoch = 1;
  wanted = 1;
  lapses = 0;
  isHeld: boolean;
  ended: EndStatus | undefined;
  mark: Mark | undefined;
  message: SealedText | undefined;
  end: SealedText | undefined;
  /** By key, in the order of the appends. */
  readonly entries: Map<string, SealedText> = new Map();
  /** By key, in the order in which they were asked. */
  readonly asks: Map<string, MutableAsk> = new Map();
  readonly dropped: Map<string, SealedText> = new Map();
  readonly #onDue: (row: MemoryRow) => void;

  /** @param onDue called when its time has changed */
  constructor(task: NewTask, now: number, onDue: (row: MemoryRow) => void) {
    this.#onDue = onDue;
    this.identity = identityOf(task);
    this.createdAt = task.createdAt ?? now;
    this.updatedAt = this.createdAt;
    this.marksEnd = task.marksEnd;
    this.expiresAt = this.createdAt + task.ttl;
    this.isHeld = task.lease !== undefined;
    this.due = now + (task.lease ?? 0);
    for (const { key, content } of task.entries ?? []) this.entries.set(key, content);
    for (const { key, content } of task.dropped ?? []) this.dropped.set(key, content);
    for (const ask of task.asks ?? []) this.#put(ask, now, ask.answer);
  }

  /** When a worker should look at it; nothing once it has ended. */
  get due(): number | undefined {
    return this.#due;
  }

  set due(due: number | undefined) {
    this.#due = due;
    this.#onDue(this);
  }

  isGone(now: number): boolean {
    return this.ended !== undefined && this.expiresAt <= now;
  }

  record(now: number): TaskRecord {
    const { createdAt, updatedAt, expiresAt, message, end } = this;
    const questions = [...this.asks.values()].filter(
      ({ isTimer, answer }) => !isTimer && answer === undefined,
    );
    return {
      ...this.identity,
      status: this.ended ?? (questions.length > 0 ? 'input_required' : 'working'),
      createdAt,
      updatedAt,
      expiresAt,
      now,
      ...(message !== undefined && { message }),
      ...(end !== undefined && { end }),
      questions: questions.map((ask) => ({ ...ask })),
    };
  }

  loaded(now: number): LoadedTask {
    return {
      ...this.record(now),
      wanted: this.wanted,
      entries: rowsOf(this.entries),
      asks: [...this.asks.values()].map((ask) => ({ ...ask })),
      dropped: rowsOf(this.dropped),
    };
  }

  claimed(lease: number, now: number): ClaimedTask {
    const hasLapsed = this.isHeld;
    if (hasLapsed) this.lapses++;
    this.epoch++;
    this.isHeld = true;
    this.due = now + lease;
    const { epoch, wanted, lapses } = this;
    const { taskId, target } = this.identity;
    return { taskId, epoch, target, wanted, hasLapsed, lapses };
  }

  append(entries: readonly TaskRow[], now: number): void {
    for (const { key, content } of entries) {
      this.#forget(key, now);
      this.entries.set(key, content);
    }
    this.lapses = 0;
  }

  drop(rows: readonly TaskRow[], now: number): void {
    for (const { key, content } of rows) {
      this.#forget(key, now);
      this.entries.delete(key);
      this.dropped.set(key, content);
    }
  }

  ask(asks: readonly NewAsk[], now: number): void {
    for (const ask of asks) {
      if (this.asks.get(ask.key)?.ref === ask.ref) continue;
      this.#forget(ask.key, now);
      this.#put(ask, now);
    }
    this.#changed(now);
  }

  answer(answers: readonly NewAnswer[], now: number): string[] {
    const taken: string[] = [];
    for (const { ref, content } of answers) {
      const ask = [...this.asks.values()].find((each) => each.ref === ref);
      if (ask === undefined || ask.answer !== undefined) continue;
      ask.answer = content;
      taken.push(ref);
    }
    if (taken.length > 0) {
      this.wanted++;
      this.#changed(now);
      if (!this.isHeld) this.due = now;
    }
    return taken;
  }

  isQuestion(ref: string): boolean {
    return [...this.asks.values()].some((ask) => ask.ref === ref && !ask.isTimer);
  }

  describe(message: SealedText, now: number): void {
    this.message = message;
    this.#changed(now);
  }

  release({ seen, after, entries = [], asks = [] }: TaskRelease, now: number): number {
    if (entries.length > 0) this.append(entries, now);
    if (asks.length > 0) this.ask(asks, now);
    this.isHeld = false;
    this.epoch++;
    const waiting = after === undefined ? this.#nextExpiry : now + after;
    this.due = this.wanted > seen ? now : waiting;
    return this.due;
  }

  finish(status: EndStatus, content: SealedText | undefined, retention: number, now: number): void {
    this.ended = status;
    this.end = content;
    this.epoch++;
    this.isHeld = false;
    this.due = undefined;
    this.expiresAt = Math.max(this.expiresAt, now + retention);
    if (this.marksEnd) this.mark = { due: now, attempts: 0 };
    this.entries.clear();
    this.asks.clear();
    this.dropped.clear();
    this.#changed(now);
  }

  /** What puts back everything as it is now. */
  snapshot(): () => void {
    const { updatedAt, expiresAt, due, epoch, wanted, isHeld, ended, end, mark } = this;
    const fields = { updatedAt, expiresAt, due, epoch, wanted, isHeld, ended, end, mark };
    const entries = [...this.entries];
    const asks = [...this.asks].map(([key, ask]) => [key, { ...ask }] as const);
    const dropped = [...this.dropped];
    return () => {
      Object.assign(this, fields);
      refill(this.entries, entries);
      refill(this.asks, asks);
      refill(this.dropped, dropped);
    };
  }

  get #nextExpiry(): number {
    const waiting = [...this.asks.values()].filter(({ answer }) => answer === undefined);
    return Math.min(this.expiresAt, ...waiting.map(({ expiresAt = Infinity }) => expiresAt));
  }

  #put(ask: NewAsk, now: number, answer?: SealedText): void {
    this.asks.set(ask.key, { ...storedAsk(ask, now), answer });
  }

  #forget(key: string, now: number): void {
    this.dropped.delete(key);
    if (this.asks.delete(key)) this.#changed(now);
  }

  #changed(now: number): void {
    this.updatedAt = Math.max(this.updatedAt, now);
  }
}

function rowsOf(rows: ReadonlyMap<string, SealedText>): TaskRow[] {
  return [...rows].map(([key, content]) => ({ key, content }));
}

function refill<V>(map: Map<string, V>, entries: Iterable<readonly [string, V]>): void {
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
}
