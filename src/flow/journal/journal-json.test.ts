import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../base/json.ts';
import { largestEntries, readJournal, writeJournal } from './journal-json.ts';
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
  ],
  asked: [{ kind: 'roots', key: 'roots', question: '', sendings: 1 }],
};

it('readJournal reads a journal as it was written', () => {
  const text = JSON.stringify(writeJournal(RECORDED));
  expect(readJournal(JSON.parse(text) as JsonValue)).toEqual(RECORDED);
});

describe('readJournal', () => {
  const entry = (...row: JsonValue[]): JsonValue => [[row], []];
  const asked = (...row: JsonValue[]): JsonValue => [[], [row]];
  const journals: [string, JsonValue][] = [
    ['nothing in it', null],
    ['entries that are not a list', [{}, []]],
    ['an entry that is not a row', [['t'], []]],
    ['an entry that is null', [[null], []]],
    ['an unknown kind', entry('x', 'work', 0, 0, 1)],
    ['a kind named like a method of objects', entry('toString', 'work', 0, 0, 1)],
    ['an unknown type of outcome', entry('t', 'work', 0, 3, 1)],
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
  ];
  it.each(journals)('F8 a journal with %s is refused', (_name, journal) => {
    expect(() => readJournal(journal)).toThrow(TypeError);
  });
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
