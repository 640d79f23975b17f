/**
 * One flow in a database: rows of text, and transactions that a worker which has lost the flow
 * cannot make. It notices what a host of the engine must never see.
 */
import { isDeepStrictEqual } from 'node:util';
import type { JsonValue, UnknownRecord } from '../../../src/base/json/json.ts';
import type { OpenAsk } from '../../../src/flow/asks/ask.ts';
import type { Asked, Entry, Recorded } from '../../../src/flow/journal/journal.ts';
import {
  readEntry,
  readJournal,
  writeEntry,
  writeJournal,
} from '../../../src/flow/journal/journal-json.ts';
import type { MovedRound } from '../../../src/flow/round/move.ts';
import type { Chance } from './chance.ts';

type Rows = Map<string, string>;

export class FlowStore {
  /** What the engine did although its rules say otherwise. */
  readonly violations: string[] = [];
  /** Called with questions when they are published. */
  onPublished: (asks: readonly OpenAsk[]) => void = () => undefined;
  /** Outcomes by key, in the order of their appends. */
  readonly entries: Rows = new Map();
  /** Answers that were not judged yet when the flow was moved here. */
  readonly #unjudged: Rows = new Map();
  /** Published, and without a recorded answer. */
  readonly #questions: Rows = new Map();
  readonly #dropped: Rows = new Map();
  /** Answers by wire key that no entry has yet. */
  readonly #inbox: Rows = new Map();
  /** Every question that was ever published, by wire key. */
  readonly #published = new Map<string, Asked>();
  /** Every answer that was ever taken, by wire key. */
  readonly #given: Rows = new Map();
  #epoch = 0;

  /** The flow belongs to the caller from now on, and to nobody else. */
  claim(): number {
    return ++this.#epoch;
  }

  /** The flow is nobody's, if it was the caller's until now. */
  release(epoch: number): void {
    if (epoch === this.#epoch) this.#epoch++;
  }

  /** @param isJudgedLater whether answers of the inbox are loaded as entries */
  load(isJudgedLater: boolean): Recorded {
    const entries = [...this.entries.values(), ...this.#unjudged.values()].map(read);
    const asked = [...this.#questions.values()].map(readQuestion);
    const dropped = [...this.#dropped.values()].map(readQuestion);
    if (!isJudgedLater) return { entries, asked, dropped };
    const answered = asked.filter((question) => this.#inbox.has(wireKey(question)));
    const answers = answered.map((question) => this.#answerEntry(question));
    const open = asked.filter((question) => !answered.includes(question));
    return { entries: [...entries, ...answers], asked: open, dropped };
  }

  append(epoch: number, entries: readonly Entry[]): void {
    this.#fence(epoch);
    for (const entry of entries) {
      const { key } = entry;
      if (this.entries.has(key)) this.violations.push(`${key} is recorded twice`);
      if (entry.question !== undefined) this.#checkAnswer(entry);
      this.entries.set(key, JSON.stringify(writeEntry(entry)));
      this.#forget(key);
      this.#dropped.delete(key);
    }
  }

  drop(epoch: number, questions: readonly Asked[]): void {
    this.#fence(epoch);
    for (const question of questions) {
      this.entries.delete(question.key);
      this.#forget(question.key);
      this.#dropped.set(question.key, writeQuestion(question));
    }
  }

  publish(epoch: number, asks: readonly OpenAsk[]): void {
    this.#fence(epoch);
    for (const ask of asks) {
      this.#checkPublishing(ask);
      this.#forget(ask.key);
      this.#dropped.delete(ask.key);
      this.#questions.set(ask.key, writeQuestion(ask));
      this.#published.set(wireKey(ask), ask);
    }
    this.onPublished(JSON.parse(JSON.stringify(asks)) as OpenAsk[]);
  }

  /** Writes a round that was moved here, and what it asks. */
  adopt(epoch: number, { entries, answers, asks, dropped }: MovedRound): void {
    this.#fence(epoch);
    for (const entry of entries) this.entries.set(entry.key, JSON.stringify(writeEntry(entry)));
    for (const entry of answers) this.#unjudged.set(entry.key, JSON.stringify(writeEntry(entry)));
    for (const question of dropped) this.#dropped.set(question.key, writeQuestion(question));
    this.publish(epoch, asks);
  }

  /** A client's answer: the first one to a question that is open counts. */
  answer(wire: string, answer: unknown): void {
    const key = wire.split('~')[0]!;
    const row = this.#questions.get(key);
    if (row === undefined || wireKey(readQuestion(row)) !== wire || this.#inbox.has(wire)) return;
    this.#inbox.set(wire, JSON.stringify(answer));
    this.#given.set(wire, JSON.stringify(answer));
  }

  /** Damages the row of one outcome, if there is one. Returns what mends it. */
  damage(chance: Chance): (() => void) | undefined {
    if (this.entries.size === 0) return undefined;
    const [key, row] = chance.pick([...this.entries]);
    const damagedRow = chance.pick(damaged(row));
    this.entries.set(key, damagedRow);
    return () => {
      if (this.entries.get(key) === damagedRow) this.entries.set(key, row);
    };
  }

  /** All answers that no entry has yet, by wire key. */
  get inbox(): UnknownRecord {
    return Object.fromEntries([...this.#inbox].map(([wire, row]) => [wire, JSON.parse(row)]));
  }

  /** Refuses a write of a worker that has lost the flow. */
  #fence(epoch: number): void {
    if (epoch !== this.#epoch) throw new Error('another worker has the flow');
  }

  #forget(key: string): void {
    this.#questions.delete(key);
    this.#unjudged.delete(key);
    for (const wire of this.#inbox.keys()) if (wire.startsWith(`${key}~`)) this.#inbox.delete(wire);
  }

  #answerEntry(asked: Asked): Entry {
    const { kind, key, question, sendings, resent } = asked;
    const answer = JSON.parse(this.#inbox.get(wireKey(asked))!) as JsonValue;
    return { kind, key, question, outcome: { type: 'answer', answer }, sendings, resent };
  }

  #checkPublishing(ask: OpenAsk): void {
    const wire = wireKey(ask);
    if (this.#published.has(wire)) this.violations.push(`${wire} is published twice`);
    if (this.entries.has(ask.key)) this.violations.push(`${wire} is asked although it is answered`);
    const row = this.#questions.get(ask.key);
    const before = row === undefined ? undefined : readQuestion(row);
    if (before === undefined || before.question !== ask.question) return;
    if (this.#inbox.has(wireKey(before))) this.violations.push(`${wire} has its answer already`);
  }

  /** Whether the answer that is recorded was given to the question that it is recorded for. */
  #checkAnswer(entry: Entry): void {
    if (entry.kind === 'checkpoint' || this.#unjudged.has(entry.key)) return;
    const wire = wireKey(sentAs(entry));
    const asked = this.#published.get(wire);
    const given = this.#given.get(wire);
    if (asked?.question !== entry.question) this.violations.push(`${wire} was never asked so`);
    if (given === undefined) return void this.violations.push(`${wire} was never answered`);
    const { action, content } = JSON.parse(given) as { action?: string; content?: UnknownRecord };
    const { outcome } = entry;
    if (outcome.type !== 'value' || typeof outcome.value !== 'boolean') return;
    const isYes = action === 'accept' && content?.['confirm'] === true;
    if (!isDeepStrictEqual(outcome.value, isYes))
      this.violations.push(`${wire} has another answer`);
  }
}

/** What may be read where `row` was written: newer, damaged, or of a type that it is not. */
function damaged(row: string): string[] {
  const [format, [kind, key, at, , , ...question]] = JSON.parse(row) as [number, unknown[]];
  const unreadable = JSON.stringify([format, [kind, key, at, 1, 7, ...question]]);
  return ['[2,"?"]', '[1,["?","a",0,0,1]]', '[1]', 'null', '{}', unreadable];
}

/** The key of one sending of a question. */
export function wireKey({
  key,
  sendings,
  resent = 0,
}: Pick<Asked, 'key' | 'sendings' | 'resent'>): string {
  return `${key}~${sendings + resent}`;
}

function sentAs({ key, sendings = 1, resent = 0 }: Entry) {
  return { key, sendings, resent };
}

const read = (row: string): Entry => readEntry(JSON.parse(row) as JsonValue);

function writeQuestion(question: Asked): string {
  return JSON.stringify(writeJournal({ entries: [], asked: [question] }));
}

function readQuestion(row: string): Asked {
  return readJournal(JSON.parse(row) as JsonValue).asked[0]!;
}
