import type { Sealer } from '../../state/sealer.ts';
import { type CellNames, CellSeal } from '../../stored/cell-seal.ts';
import { ContentSeal } from '../../stored/content-seal.ts';
import type { StoreSecret } from '../../stored/store-secret.ts';
import type { SealedCell } from '../contract.ts';

/** Where a text of a task is. */
export type Address = Pick<SealedCell, 'taskId' | 'column' | 'key'>;

export type TaskSeal = ContentSeal<Address>;

const NAMES: CellNames<Address> = {
  contextOf: ({ taskId, column, key }) => `${taskId}/${column}/${key}`,
  nameOf: ({ taskId, column }) => `The ${column} of task ${taskId}`,
};

/** @param sealer nothing, for a store that is nothing but memory */
export function taskCells(sealer: Sealer | undefined): CellSeal<Address> {
  return new CellSeal(sealer, NAMES);
}

export function taskSeal(sealer: Sealer | undefined, secret: StoreSecret): TaskSeal {
  return new ContentSeal(taskCells(sealer), secret);
}
