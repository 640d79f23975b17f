import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../base/json/json.ts';
import {
  largestEntries,
  readEntry,
  readJournal,
  writeEntry,
  writeJournal,
} from './journal-json.ts';
import type { Entry, Recorded } from './journal.ts';

const RECORDED: Recorded = {
  entries: [
    { kind: 'step', key: 'work', outcome: { type: 'value', value: { '~': 'undefined' } }, at: 4 },
    {
      kind: 'form',
      key: 'name',
      question: 'digest',
      outcome: { type: 'error', error: { name: 'InvalidAnswerError', message: 'x' } },
      sendings: 3,
      at: 5,
    },
    { kind: 'url', key: 'pay', question: 'digest', outcome: { type: 'answer', answer: ['a'] } },
    {
      kind: 'detach',
      key: 'on',
      question: '',
      outcome: { type: 'value', value: 'task' },
      sendings: 4,
      resent: 2,
      at: 6,
    },
    {
      kind: 'form',
      key: 'late',
      question: 'digest',
      outcome: { type: 'expired' },
      sendings: 1,
      expiresAt: 1_700_000_000_000,
    },
  ],
  asked: [
    { kind: 'roots', key: 'roots', question: '', sendings: 1 },
    {
      kind: 'form',
      key: 'a',
      question: 'digest',
      sendings: 3,
      resent: 1,
      problems: ['must be text'],
    },
    { kind: 'form', key: 'b', question: 'digest', sendings: 2, problems: ['a', 'b'] },
    { kind: 'url', key: 'd', question: 'digest', sendings: 1, expiresAt: 1_700_000_000_000 },
  ],
  dropped: [{ kind: 'sleep', key: 'c', question: '', sendings: 1, resent: 1 }],
};

it('readJournal reads a journal as it was written', () => {
  const text = JSON.stringify(writeJournal(RECORDED));
  expect(readJournal(JSON.parse(text) as JsonValue)).toEqual(RECORDED);
});

describe('readJournal', () => {
  const entry = (...row: JsonValue[]): JsonValue => [1, [row], []];
  const asked = (...row: JsonValue[]): JsonValue => [1, [], [row]];
  const journals: [string, JsonValue][] = [
    ['nothing in it', null],
    ['entries that are not a list', [1, {}, []]],
    ['an entry that is not a row', [1, ['t'], []]],
    ['an entry that is null', [1, [null], []]],
    ['an unknown kind', entry('x', 'work', 0, 0, 1)],
    ['a kind named like a method of objects', entry('toString', 'work', 0, 0, 1)],
    ['an unknown type of outcome', entry('t', 'work', 0, 5, 1)],
    ['an encoded answer that is none', entry('f', 'n', null, 4, { '~': 'x' }, 'digest')],
    ['an answer to a step', entry('t', 'work', null, 2, 1)],
    ['a type of outcome named like a method of arrays', entry('t', 'work', 0, 'length', 1)],
    ['a key that is not a text', entry('t', 1, 0, 0, 1)],
    ['a time that is not a number', entry('t', 'work', '0', 0, 1)],
    ['a question that is not a text', entry('f', 'name', 0, 0, 1, 2)],
    ['a count that is not a number', entry('f', 'name', 0, 0, 1, 'digest', '2')],
    ['a question of an unknown kind', asked('x', 'name', 'digest', 1)],
    ['a question that is a step', asked('t', 'name', 'digest', 1)],
    ['a question without a key', asked('f', null, 'digest', 1)],
    ['a question without a digest', asked('f', 'name', null, 1)],
    ['a question without a count', asked('f', 'name', 'digest')],
    ['a question whose excused sendings are no number', asked('f', 'name', 'digest', 2, '1')],
    ['a question whose problems are no list', asked('f', 'name', 'digest', 2, 0, 'wrong')],
    ['a question whose problems are no texts', asked('f', 'name', 'digest', 2, 0, [1])],
    ['a count of excused sendings that is no number', entry('f', 'a', 0, 0, 1, 'digest', 2, '1')],
    ['questions that are not a list', [1, [], {}]],
    ['dropped questions that are not a list', [1, [], [], 'x']],
    ['no number of a format', [[], []]],
    ['a format that is no number', ['2', [], []]],
    ['a format before the first', [0, [], []]],
  ];
  it.each(journals)('F8 a journal with %s is refused', (_name, journal) => {
    expect(() => readJournal(journal)).toThrow(
      expect.objectContaining({ code: 'unreadable_journal' }),
    );
  });
});

it('F8 a journal of a newer format is refused as such', () => {
  const newer = expect.objectContaining({ code: 'newer_format' });
  expect(() => readJournal([2, 'anything'])).toThrow(newer);
  expect(() => readEntry([2])).toThrow(newer);
});

it('readEntry reads an entry as it was written, and no other row', () => {
  for (const entry of RECORDED.entries) {
    const text = JSON.stringify(writeEntry(entry));
    expect(readEntry(JSON.parse(text) as JsonValue)).toEqual(entry);
  }
  for (const row of [null, {}, [1], [1, null], [1, ['x', 'work', 0, 0, 1]]] as JsonValue[]) {
    expect(() => readEntry(row)).toThrow(expect.objectContaining({ code: 'unreadable_journal' }));
  }
});

it('S2 F7 an answer that is not judged yet is written so that JSON keeps its numbers', () => {
  const answer: unknown = JSON.parse('{"n":1e400,"list":[-1e400,null],"~n":"1","__proto__":1}');
  const outcome = { type: 'answer', answer } as const;
  const entry: Entry = { kind: 'form', key: 'k', question: 'q', outcome };
  const text = JSON.stringify(writeEntry(entry));
  expect(readEntry(JSON.parse(text) as JsonValue).outcome).toStrictEqual(outcome);
});

it('writeJournal leaves out the count of a question that was sent once', () => {
  const entry = { kind: 'form', key: 'k', question: 'q', outcome: { type: 'answer', answer: 1 } };
  const lengthOf = (sendings: number | undefined): number => {
    const recorded = { entries: [{ ...entry, sendings } as Entry], asked: [] };
    return JSON.stringify(writeJournal(recorded)).length;
  };
  expect(lengthOf(1)).toBe(lengthOf(undefined));
  expect(lengthOf(0)).toBeGreaterThan(lengthOf(1));
  expect(lengthOf(2)).toBeGreaterThan(lengthOf(1));
});

it('writeJournal gives what has no question no count either', () => {
  const outcome = { type: 'value', value: 1 } as const;
  const step: Entry = { kind: 'step', key: 'work', outcome };
  const written = writeJournal({ entries: [{ ...step, sendings: 2 }], asked: [] });
  expect(readJournal(written).entries).toEqual([step]);
});

it('S6 largestEntries names the largest entries of a journal, largest first', () => {
  const entries = [3, 50, 7, 20].map((length, i): Entry => ({
    kind: 'step',
    key: `k${i}`,
    outcome: { type: 'value', value: 'x'.repeat(length) },
  }));
  const sizes = largestEntries(entries);
  expect(sizes.map(([key]) => key)).toEqual(['k1', 'k3', 'k2']);
  expect(sizes[0]![1] - sizes[1]![1]).toBe(30);
  expect(largestEntries(entries, 1).map(([key]) => key)).toEqual(['k1']);
});
