import type { Sealer } from '../state/sealer.ts';
import { type CellNames, CellSeal } from '../stored/cell-seal.ts';
import type { SpillCell } from './contract.ts';

const NAMES: CellNames<Pick<SpillCell, 'key'>> = {
  contextOf: ({ key }) => key,
  nameOf: () => 'A large journal',
};

/** @param sealer nothing, for a store that is nothing but memory */
export function spillCells(sealer: Sealer | undefined): CellSeal<Pick<SpillCell, 'key'>> {
  return new CellSeal(sealer, NAMES);
}
