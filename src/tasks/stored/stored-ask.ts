/** Questions, entries and answers as rows. */
import type { JsonValue } from '../../base/json/json.ts';
import type { OpenAsk } from '../../flow/asks/ask.ts';
import type { Asked, Entry } from '../../flow/journal/journal.ts';
import {
  readEntry,
  readJournal,
  writeEntry,
  writeJournal,
} from '../../flow/journal/journal-json.ts';
import type { InputRequest } from '../../protocol/results.ts';
import type { NewAnswer, NewAsk, StoredAsk, TaskRow } from '../contract.ts';
import type { TaskSeal } from './task-seal.ts';
import type { SealedText } from '../../stored/sealed-text.ts';

type AskContent = [asked: JsonValue, request: InputRequest | null, isForModel?: boolean];

/** A question as it is stored. */
export interface OpenedAsk {
  readonly asked: Asked;
  /** What a client is asked; nothing, for a timer. */
  readonly request: InputRequest | undefined;
  /** Whether a model may answer it. */
  readonly isForModel: boolean;
}

/** The key on the wire: the author's, and behind it the number of the sending from the second on (K5). */
export function wireKey({ key, sendings, resent = 0 }: Asked): string {
  const number = sendings + resent;
  return number === 1 ? key : `${key}~${number}`;
}

/** The key by which the engine knows exactly this sending. */
export function engineKey({ key, sendings, resent = 0 }: Asked): string {
  return `${key}~${sendings + resent}`;
}

/** Writes and reads the rows of one task. */
export class TaskRows {
  readonly taskId: string;
  readonly #seal: TaskSeal;
  /** How far the store's clock is ahead of this process's, in ms: what is stored is in its time. */
  #ahead = 0;

  constructor(taskId: string, seal: TaskSeal) {
    this.taskId = taskId;
    this.#seal = seal;
  }

  /** It was this time in the store when it was `here` in this process. */
  readAt(stored: number, here: number): void {
    this.#ahead = Math.round(stored - here);
  }

  entry(entry: Entry): TaskRow {
    return this.#row('entry', entry.key, writeEntry(later(entry, this.#ahead)));
  }

  readEntry({ key, content }: TaskRow): Entry {
    return later(readEntry(this.#open('entry', key, content)), -this.#ahead);
  }

  dropped(question: Asked): TaskRow {
    return this.#row('dropped', question.key, writeAsked(later(question, this.#ahead)));
  }

  readDropped({ key, content }: TaskRow): Asked {
    return later(readAsked(this.#open('dropped', key, content)), -this.#ahead);
  }

  /** @param expiresIn when it is due without an answer, in ms from now. Default: when it expires */
  ask(ask: OpenAsk, expiresIn?: number): NewAsk {
    const { expiresAt, ...asked } = ask;
    const request = (ask.request ?? null) as unknown as JsonValue;
    const content = [writeAsked(asked), request, ...(ask.answerBy === 'model' ? [true] : [])];
    const row = this.#row('ask', ask.key, content);
    const fixed = expiresAt === undefined ? {} : { expiresAt: expiresAt + this.#ahead };
    const times = expiresIn === undefined ? fixed : { expiresIn };
    return { ...row, ref: this.ref(wireKey(ask)), isTimer: ask.request === undefined, ...times };
  }

  readAsk({ key, content, isTimer, expiresAt }: StoredAsk): OpenedAsk {
    const [row, request, isForModel = false] = this.#open('ask', key, content) as AskContent;
    const asked = readAsked(row);
    if (request === null) return { asked, request: undefined, isForModel };
    const isFixed = expiresAt !== undefined && !isTimer;
    const timed = isFixed ? { ...asked, expiresAt: expiresAt - this.#ahead } : asked;
    return { asked: timed, request, isForModel };
  }

  /** An answer to the question with this key on the wire. */
  answer(wire: string, answer: unknown): NewAnswer {
    const key = this.#keyOf(wire.split('~')[0]!);
    const address = { taskId: this.taskId, column: 'answer', key } as const;
    return { ref: this.ref(wire), content: this.#seal.seal(address, answer as JsonValue) };
  }

  readAnswer({ key }: StoredAsk, answer: SealedText): unknown {
    return this.#open('answer', key, answer);
  }

  /** Names one sending of a question in the store. */
  ref(wire: string): string {
    return this.#seal.digest('wire key', this.taskId, wire);
  }

  #keyOf(key: string): string {
    return this.#seal.digest('key', this.taskId, key);
  }

  #row(column: 'entry' | 'dropped' | 'ask', authorKey: string, content: JsonValue): TaskRow {
    const key = this.#keyOf(authorKey);
    return { key, content: this.#seal.seal({ taskId: this.taskId, column, key }, content) };
  }

  #open(column: 'entry' | 'dropped' | 'ask' | 'answer', key: string, content: SealedText) {
    return this.#seal.open({ taskId: this.taskId, column, key }, content);
  }
}

/** The same with its time moved to another clock. */
function later<T extends Pick<Asked, 'expiresAt'>>(timed: T, ms: number): T {
  return timed.expiresAt === undefined ? timed : { ...timed, expiresAt: timed.expiresAt + ms };
}

function writeAsked(asked: Asked): JsonValue {
  return writeJournal({ entries: [], asked: [asked] });
}

function readAsked(json: JsonValue): Asked {
  return readJournal(json).asked[0]!;
}
