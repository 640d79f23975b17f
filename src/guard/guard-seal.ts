import type { Sealer } from '../state/sealer.ts';
import { type CellNames, CellSeal } from '../stored/cell-seal.ts';
import { ContentSeal } from '../stored/content-seal.ts';
import type { StoreSecret } from '../stored/store-secret.ts';
import type { GuardCell } from './contract.ts';

/** Where a text of a round is. */
export type Address = Pick<GuardCell, 'key' | 'kind' | 'name'>;

export type GuardSeal = ContentSeal<Address>;

const NAMES: CellNames<Address> = {
  contextOf: ({ key, kind, name }) => `${key}/${kind}/${name}`,
  nameOf: ({ kind }) => `The ${kind} of a round`,
};

/** @param sealer nothing, for a store that is nothing but memory */
export function guardCells(sealer: Sealer | undefined): CellSeal<Address> {
  return new CellSeal(sealer, NAMES);
}

export function guardSeal(sealer: Sealer | undefined, secret: StoreSecret): GuardSeal {
  return new ContentSeal(guardCells(sealer), secret);
}
