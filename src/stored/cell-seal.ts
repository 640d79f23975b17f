import { RondoError } from '../base/errors.ts';
import type { Sealer } from '../state/sealer.ts';
import { type SealedText, openText, sealText } from './sealed-text.ts';

/** How a kind of cell is named. */
export interface CellNames<Address> {
  /** Where a text is, without doubt: it can be opened nowhere else. */
  contextOf(address: Address): string;
  /** For errors: with a capital, without what it holds. */
  nameOf(address: Address): string;
}

/** Seals the texts of one kind of cell, each for where it is (K13). */
export class CellSeal<Address> {
  readonly #sealer: Sealer | undefined;
  readonly #names: CellNames<Address>;

  /** @param sealer nothing, for a store that is nothing but memory */
  constructor(sealer: Sealer | undefined, names: CellNames<Address>) {
    this.#sealer = sealer;
    this.#names = names;
  }

  /** The keys that can open what is stored, the one that seals first. */
  get keyIds(): readonly string[] {
    return this.#sealer?.keyIds ?? [''];
  }

  seal(address: Address, text: string): SealedText {
    return sealText(this.#sealer, text, this.#names.contextOf(address));
  }

  /** @throws RondoError `unreadable_journal` */
  open(address: Address, sealed: SealedText): string {
    const text = openText(this.#sealer, sealed, this.#names.contextOf(address));
    if (text !== undefined) return text;
    throw new RondoError(
      'unreadable_journal',
      `${this.#names.nameOf(address)} cannot be opened. It is damaged, or its key is not in the ring any more.`,
    );
  }
}
