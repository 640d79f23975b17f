/**
 * A journal as compact JSON: arrays, because member names would be longer than the values. It
 * begins with the number of its format, which covers the codec of the values in it too.
 */
import { RondoError, newerFormat } from '../../base/errors.ts';
import { exactJson } from '../../base/json/exact-json.ts';
import type { JsonValue } from '../../base/json/json.ts';
import { attempt } from '../../base/thrown.ts';
import { decode, encode } from './codec.ts';
import {
  type Asked,
  type Entry,
  type EntryKind,
  type Outcome,
  type RecordedError,
  type Recorded,
  isUnjudged,
} from './journal.ts';

/** To be raised when this version writes what older ones cannot read. */
const FORMAT = 1;

const LETTERS: Record<EntryKind, string> = {
  form: 'f',
  url: 'u',
  sample: 's',
  roots: 'r',
  checkpoint: 'c',
  sleep: 'z',
  detach: 'd',
  step: 't',
};

const KINDS: ReadonlyMap<string, EntryKind> = new Map(
  Object.entries(LETTERS).map(([kind, letter]) => [letter, kind as EntryKind]),
);

const OUTCOMES = ['value', 'error', 'answer', 'expired'] as const;

/** The number of an answer that JSON would change: it is written as values are. */
const ENCODED_ANSWER = 4;

type EntryRow = [
  letter: string,
  key: string,
  at: number | null,
  type: number,
  content: JsonValue,
  question?: string,
  sendings?: number,
  resent?: number,
  expiresAt?: number,
];
type AskedRow = [
  letter: string,
  key: string,
  question: string,
  sendings: number,
  resent?: number,
  problems?: string[],
  expiresAt?: number,
];

/** A journal as JSON, for {@link readJournal}. */
export function writeJournal({ entries, asked, dropped = [] }: Recorded): JsonValue {
  const rows: unknown[] = [FORMAT, entries.map(entryRow), asked.map(askedRow)];
  if (dropped.length > 0) rows.push(dropped.map(askedRow));
  return rows as JsonValue;
}

/**
 * Reads what {@link writeJournal} wrote. The values of outcomes are not checked here, but when they
 * are delivered.
 *
 * @throws RondoError `newer_format` if a newer version has written it, `unreadable_journal` for
 *   anything else
 */
export function readJournal(json: JsonValue): Recorded {
  const [entries, asked, dropped] = rowsOf(json, 'journal');
  return {
    entries: listOf(entries, readEntryRow),
    asked: listOf(asked, readAskedRow),
    ...(dropped !== undefined && { dropped: listOf(dropped, readAskedRow) }),
  };
}

/** One entry as JSON, for {@link readEntry}: for journals that store each by itself. */
export function writeEntry(entry: Entry): JsonValue {
  return [FORMAT, entryRow(entry)] as JsonValue;
}

/** Reads what {@link writeEntry} wrote. @throws as {@link readJournal} */
export function readEntry(json: JsonValue): Entry {
  return readEntryRow(rowsOf(json, 'entry')[0]);
}

/** The keys of the `count` largest entries and their sizes in characters, largest first (S6). */
export function largestEntries(
  entries: readonly Entry[],
  count = 3,
): [key: string, size: number][] {
  return entries
    .map((entry): [string, number] => [entry.key, JSON.stringify(entryRow(entry)).length])
    .sort((a, b) => b[1] - a[1])
    .slice(0, count);
}

/** What follows the number of the format. */
function rowsOf(json: JsonValue, what: string): unknown[] {
  const [format, ...rows] = Array.isArray(json) ? json : [];
  if (format === FORMAT) return rows;
  if (typeof format === 'number' && format > FORMAT) throw newerFormat(what, format, FORMAT);
  throw unreadable();
}

function listOf<T>(rows: unknown, read: (row: unknown) => T): T[] {
  if (!Array.isArray(rows)) throw unreadable();
  return rows.map(read);
}

function entryRow(entry: Entry): EntryRow {
  const { kind, key, question, outcome, sendings, resent, expiresAt, at } = entry;
  const [type, content] = writeOutcome(outcome);
  const row: EntryRow = [LETTERS[kind], key, at ?? null, type, content];
  if (question === undefined) return row;
  row.push(question);
  if (expiresAt !== undefined) row.push(sendings ?? 1, resent ?? 0, expiresAt);
  else if (resent) row.push(sendings ?? 1, resent);
  else if (sendings !== undefined && sendings !== 1) row.push(sendings);
  return row;
}

function readEntryRow(row: unknown): Entry {
  if (!Array.isArray(row)) throw unreadable();
  const [letter, key, at, type, content, question, sendings, resent, expiresAt] = row as EntryRow;
  const isSound =
    typeof key === 'string' &&
    (at === null || typeof at === 'number') &&
    typeof type === 'number' &&
    (question === undefined || typeof question === 'string') &&
    areCounts(sendings, resent, expiresAt);
  if (!isSound) throw unreadable();
  const kind = readKind(letter);
  const outcome = readOutcome(type, content);
  if (kind === 'step' && isUnjudged(outcome)) throw unreadable();
  const entry: Entry = { kind, key, question, outcome, sendings, at: at ?? undefined };
  return { ...entry, ...(resent && { resent }), ...(expiresAt !== undefined && { expiresAt }) };
}

function writeOutcome(outcome: Outcome): [type: number, content: JsonValue] {
  const type = OUTCOMES.indexOf(outcome.type);
  if (outcome.type === 'value') return [type, outcome.value];
  if (outcome.type === 'error') return [type, outcome.error as unknown as JsonValue];
  if (outcome.type === 'expired') return [type, null];
  const { answer } = outcome;
  const isKept = exactJson(answer) === JSON.stringify(answer);
  return isKept ? [type, answer as JsonValue] : [ENCODED_ANSWER, encode(answer)];
}

function readOutcome(number: number, content: JsonValue): Outcome {
  if (number === ENCODED_ANSWER) return readEncodedAnswer(content);
  const type = OUTCOMES[number];
  if (type === undefined) throw unreadable();
  if (type === 'value') return { type, value: content };
  if (type === 'error') return { type, error: content as unknown as RecordedError };
  if (type === 'expired') return { type };
  return { type, answer: content };
}

function readEncodedAnswer(content: JsonValue): Outcome {
  const read = attempt(() => ({ answer: decode(content) }));
  if (read === undefined) throw unreadable();
  return { type: 'answer', ...read };
}

function askedRow(asked: Asked): AskedRow {
  const { kind, key, question, sendings, resent = 0, problems = [], expiresAt } = asked;
  const row: AskedRow = [LETTERS[kind], key, question, sendings];
  if (expiresAt !== undefined) row.push(resent, [...problems], expiresAt);
  else if (problems.length > 0) row.push(resent, [...problems]);
  else if (resent > 0) row.push(resent);
  return row;
}

function readAskedRow(row: unknown): Asked {
  if (!Array.isArray(row)) throw unreadable();
  const [letter, key, question, sendings, resent, problems, expiresAt] = row as AskedRow;
  const kind = readKind(letter);
  const isSound =
    typeof key === 'string' &&
    typeof question === 'string' &&
    typeof sendings === 'number' &&
    areCounts(resent, expiresAt) &&
    (problems === undefined || areTexts(problems));
  if (kind === 'step' || !isSound) throw unreadable();
  return {
    kind,
    key,
    question,
    sendings,
    ...(resent && { resent }),
    ...(problems?.length && { problems }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

function areCounts(...values: readonly unknown[]): boolean {
  return values.every((value) => value === undefined || typeof value === 'number');
}

function areTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}

function readKind(letter: unknown): EntryKind {
  const kind = KINDS.get(letter as string);
  if (kind === undefined) throw unreadable();
  return kind;
}

function unreadable(): RondoError<'unreadable_journal'> {
  const message = 'The journal has a row that this version does not write. It may be damaged.';
  return new RondoError('unreadable_journal', message);
}
