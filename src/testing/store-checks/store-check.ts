/** What all checks of a store share: one runs against any store, in any test runner. */
import type {
  Claimable,
  ClaimedTask,
  CreatedTask,
  TaskLease,
  NewAsk,
  NewTask,
  TaskRow,
  TaskRecord,
  TaskStore,
} from '../../tasks/contract.ts';
import type { SecretStore } from '../../stored/secret-store.ts';
import { randomId } from '../../state/flow-secret.ts';
import type { SealedText } from '../../stored/sealed-text.ts';

/** The parts of a store. */
export interface StoreUnderTest<Transaction = unknown> {
  readonly tasks: TaskStore<Transaction>;
  readonly secret: SecretStore;
  readonly transaction: <T>(work: (transaction: Transaction) => Promise<T>) => Promise<T>;
}

/** One thing that every store does. Checks may share a store, and run at once. */
export interface StoreCheck {
  /** A sentence, for a list of failures. */
  readonly name: string;
  /** Rejects with what is wrong. Takes up to some seconds: leases lapse in it. */
  run<Transaction>(store: StoreUnderTest<Transaction>): Promise<void>;
}

export const HOUR = 3_600_000;

/** Long enough to write something, and short enough to wait for. */
export const SHORT = 150;

export class Trial {
  readonly tasks: TaskStore;
  readonly secret: SecretStore;
  readonly transaction: StoreUnderTest['transaction'];
  /** Of this trial alone, so that no other meets its tasks. */
  readonly audience: string = `checks ${randomId()}`;

  constructor(store: StoreUnderTest) {
    this.tasks = store.tasks;
    this.secret = store.secret;
    this.transaction = store.transaction;
  }

  newTask(given: Partial<NewTask> = {}): NewTask {
    return {
      taskId: randomId(),
      flowId: randomId(),
      audience: this.audience,
      target: 'work',
      version: '1',
      principal: `principal of ${this.audience}`,
      request: 'request',
      call: sealed('call'),
      ttl: HOUR,
      marksEnd: false,
      maxUnfinished: 1_000,
      ...given,
    };
  }

  async create(given: Partial<NewTask> = {}): Promise<TaskLease> {
    return leaseOf(await this.tasks.create(this.newTask(given)));
  }

  what(given: Partial<Claimable> = {}): Claimable {
    const { audience } = this;
    return { audience, targets: new Map([['work', ['1']]]), keyIds: ['k1'], ...given };
  }

  async claim(lease: number = HOUR, limit = 10): Promise<readonly ClaimedTask[]> {
    return (await this.tasks.claim(this.what(), limit, lease)).tasks;
  }

  /** TaskClaims the only task that is due. */
  async claimOne(lease: number = HOUR): Promise<ClaimedTask> {
    const claimed = await this.claim(lease);
    same(claimed.length, 1, 'tasks that are due');
    return claimed[0]!;
  }

  /** A new task, claimed. */
  async working(given: Partial<NewTask> = {}): Promise<ClaimedTask> {
    await this.create(given);
    return this.claimOne();
  }

  async read({ taskId }: Pick<TaskLease, 'taskId'>): Promise<TaskRecord | undefined> {
    const [task] = await this.tasks.read([taskId]);
    return task;
  }

  /** TaskClaims once the lease of the last claim has lapsed. */
  async claimLater(lease: number = HOUR): Promise<ClaimedTask> {
    return until('a task is due', async () => (await this.claim(lease))[0]);
  }
}

export function check(name: string, run: (trial: Trial) => Promise<void>): StoreCheck {
  return { name, run: (store) => run(new Trial(store as StoreUnderTest)) };
}

export function sealed(text: string, keyId = 'k1'): SealedText {
  return { keyId, text };
}

export function row(key: string, text: string = key): TaskRow {
  return { key, content: sealed(text) };
}

export function question(key: string, given: Partial<NewAsk> = {}): NewAsk {
  return { key, ref: `${key}~1`, isTimer: false, content: sealed(`${key}?`), ...given };
}

export function answer(
  ref: string,
  text: string = `${ref}!`,
): { ref: string; content: SealedText } {
  return { ref, content: sealed(text) };
}

export function leaseOf(created: CreatedTask): TaskLease {
  if (created.type !== 'created') throw new Error(`a task was not created: ${created.type}`);
  return created.lease;
}

/** @throws Error unless both are the same as JSON */
export function same(actual: unknown, expected: unknown, what: string): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== should) throw new Error(`${what}: ${is} instead of ${should}`);
}

/** @throws Error unless it rejects because the lease is lost */
export async function loses(write: Promise<unknown>, what: string): Promise<void> {
  const code = await write.then(
    () => 'nothing',
    (error: unknown) => (error as { code?: unknown }).code,
  );
  same(code, 'lease_lost', what);
}

/** Looks again and again, for some seconds. */
export async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (let i = 0; i < 500; i++) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`it never comes that ${what}`);
}

export const textsOf = (rows: readonly { content: SealedText }[]): string[] =>
  rows.map(({ content }) => content.text);
