/** A journal as compact JSON: arrays, because member names would be longer than the values. */
import type { JsonValue } from '../../base/json.ts';
import type { Asked, Entry, EntryKind, Outcome, RecordedError, Recorded } from './journal.ts';

const LETTERS: Record<EntryKind, string> = {
  form: 'f',
  url: 'u',
  sample: 's',
  roots: 'r',
  checkpoint: 'c',
  step: 't',
};

const KINDS: ReadonlyMap<string, EntryKind> = new Map(
  Object.entries(LETTERS).map(([kind, letter]) => [letter, kind as EntryKind]),
);

const OUTCOMES = ['value', 'error', 'answer'] as const;

type EntryRow = [string, string, number | null, number, JsonValue, string?, number?];
type AskedRow = [string, string, string, number];

export function writeJournal({ entries, asked }: Recorded): JsonValue {
  return [entries.map(writeEntry), asked.map(writeAsked)] as JsonValue;
}

/**
 * Reads what {@link writeJournal} wrote.
 *
 * @throws TypeError for anything else. The values of outcomes are not checked here, but when they
 *   are delivered.
 */
export function readJournal(json: JsonValue): Recorded {
  const [entries, asked] = json as unknown as [EntryRow[], AskedRow[]];
  return { entries: entries.map(readEntry), asked: asked.map(readAsked) };
}

/** The keys of the `count` largest entries and their sizes in characters, largest first (S6). */
export function largestEntries(
  entries: readonly Entry[],
  count = 3,
): [key: string, size: number][] {
  return entries
    .map((entry): [string, number] => [entry.key, JSON.stringify(writeEntry(entry)).length])
    .sort((a, b) => b[1] - a[1])
    .slice(0, count);
}

function writeEntry({ kind, key, question, outcome, sendings, at }: Entry): EntryRow {
  const type = OUTCOMES.indexOf(outcome.type);
  const row: EntryRow = [LETTERS[kind], key, at ?? null, type, writeOutcome(outcome)];
  if (question !== undefined) row.push(question);
  if (question !== undefined && sendings !== undefined && sendings !== 1) row.push(sendings);
  return row;
}

function readEntry([letter, key, at, type, content, question, sendings]: EntryRow): Entry {
  const isSound =
    typeof key === 'string' &&
    (at === null || typeof at === 'number') &&
    typeof type === 'number' &&
    (question === undefined || typeof question === 'string') &&
    (sendings === undefined || typeof sendings === 'number');
  if (!isSound) throw unreadable();
  const kind = readKind(letter);
  const outcome = readOutcome(OUTCOMES[type], content);
  if (kind === 'step' && outcome.type === 'answer') throw unreadable();
  return { kind, key, question, outcome, sendings, at: at ?? undefined };
}

function writeOutcome(outcome: Outcome): JsonValue {
  if (outcome.type === 'value') return outcome.value;
  if (outcome.type === 'error') return outcome.error as unknown as JsonValue;
  return outcome.answer as JsonValue;
}

function readOutcome(type: Outcome['type'] | undefined, content: JsonValue): Outcome {
  if (type === undefined) throw unreadable();
  if (type === 'value') return { type, value: content };
  if (type === 'error') return { type, error: content as unknown as RecordedError };
  return { type, answer: content };
}

function writeAsked({ kind, key, question, sendings }: Asked): AskedRow {
  return [LETTERS[kind], key, question, sendings];
}

function readAsked([letter, key, question, sendings]: AskedRow): Asked {
  const kind = readKind(letter);
  const isSound =
    typeof key === 'string' && typeof question === 'string' && typeof sendings === 'number';
  if (kind === 'step' || !isSound) throw unreadable();
  return { kind, key, question, sendings };
}

function readKind(letter: string): EntryKind {
  const kind = KINDS.get(letter);
  if (kind === undefined) throw unreadable();
  return kind;
}

function unreadable(): TypeError {
  return new TypeError('The journal has a row that this version does not write');
}
