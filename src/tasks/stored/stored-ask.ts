/** Questions, entries and answers as rows. */
import type { JsonValue } from '../../base/json.ts';
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

/** A question as it is stored. */
export interface OpenedAsk {
  readonly asked: Asked;
  /** What a client is asked; nothing, for a timer. */
  readonly request: InputRequest | undefined;
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

  constructor(taskId: string, seal: TaskSeal) {
    this.taskId = taskId;
    this.#seal = seal;
  }

  entry(entry: Entry): TaskRow {
    return this.#row('entry', entry.key, writeEntry(entry));
  }

  readEntry({ key, content }: TaskRow): Entry {
    return readEntry(this.#open('entry', key, content));
  }

  dropped(question: Asked): TaskRow {
    return this.#row('dropped', question.key, writeAsked(question));
  }

  readDropped({ key, content }: TaskRow): Asked {
    return readAsked(this.#open('dropped', key, content));
  }

  ask(ask: OpenAsk, times: Pick<NewAsk, 'expiresIn' | 'expiresAt'> = {}): NewAsk {
    const content = [writeAsked(ask), (ask.request ?? null) as unknown as JsonValue];
    const row = this.#row('ask', ask.key, content);
    return { ...row, ref: this.ref(wireKey(ask)), isTimer: ask.request === undefined, ...times };
  }

  readAsk({ key, content }: StoredAsk): OpenedAsk {
    const [asked, request] = this.#open('ask', key, content) as [JsonValue, InputRequest | null];
    return { asked: readAsked(asked), request: request ?? undefined };
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

function writeAsked(asked: Asked): JsonValue {
  return writeJournal({ entries: [], asked: [asked] });
}

function readAsked(json: JsonValue): Asked {
  return readJournal(json).asked[0]!;
}
