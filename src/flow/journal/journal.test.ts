import { expect, it } from 'vitest';
import { type Entry, memoryJournal } from './journal.ts';

const entry: Entry = { kind: 'step', key: 'work', outcome: { type: 'value', value: 1 } };

it('F15 a journal in memory begins with what it is given, or with nothing', () => {
  const recorded = { entries: [entry], asked: [] };
  expect(memoryJournal(recorded).load()).toEqual(recorded);
  expect(memoryJournal().load()).toEqual({ entries: [], asked: [] });
});

it('F15 a journal in memory takes entries at once: the end of the round carries them', () => {
  expect(memoryJournal().append([entry])).toBeUndefined();
  expect(memoryJournal().drop([])).toBeUndefined();
});
