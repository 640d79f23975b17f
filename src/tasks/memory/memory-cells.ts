/** What is sealed in a task in memory, under the addresses by which it is sealed anew. */
import type { SealedCell } from '../contract.ts';
import type { MemoryRow } from './memory-row.ts';
import type { SealedText } from '../../stored/sealed-text.ts';

/** One sealed text, and how to replace it. */
interface Cell extends SealedCell {
  put(sealed: SealedText): void;
}

export function cellsOf(row: MemoryRow): Cell[] {
  const { taskId, call } = row.identity;
  const cells: Cell[] = [
    {
      taskId,
      column: 'call',
      key: '',
      sealed: call,
      put: (sealed) => void (row.identity = { ...row.identity, call: sealed }),
    },
  ];
  for (const column of ['message', 'end'] as const) {
    const sealed = row[column];
    const put = (next: SealedText): void => void (row[column] = next);
    if (sealed !== undefined) cells.push({ taskId, column, key: '', sealed, put });
  }
  for (const [column, rows] of [
    ['entry', row.entries],
    ['dropped', row.dropped],
  ] as const) {
    for (const [key, sealed] of rows) {
      cells.push({ taskId, column, key, sealed, put: (next) => void rows.set(key, next) });
    }
  }
  for (const [key, ask] of row.asks) {
    const put = (next: SealedText): void => void row.asks.set(key, { ...ask, content: next });
    cells.push({ taskId, column: 'ask', key, sealed: ask.content, put });
    if (ask.answer === undefined) continue;
    const putAnswer = (next: SealedText): void => void row.asks.set(key, { ...ask, answer: next });
    cells.push({ taskId, column: 'answer', key, sealed: ask.answer, put: putAnswer });
  }
  return cells;
}
