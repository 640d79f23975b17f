import type { SealedText } from './sealed-text.ts';

/**
 * Where a store keeps its secret: 32 bytes, sealed, with which the digests of its look-ups are made.
 * There is one for as long as the store lives, whatever keys come and go.
 */
export interface SecretStore {
  /** What is stored. If there is nothing, `made` is stored first; of several at once, one is. */
  load(made: SealedText): Promise<SealedText>;
  /** Replaces what is stored if it still is `before`. Returns whether it was. */
  reseal(before: SealedText, after: SealedText): Promise<boolean>;
}

export class MemorySecret implements SecretStore {
  #stored: SealedText | undefined;

  async load(made: SealedText): Promise<SealedText> {
    return (this.#stored ??= made);
  }

  async reseal(before: SealedText, after: SealedText): Promise<boolean> {
    if (this.#stored?.keyId !== before.keyId || this.#stored.text !== before.text) return false;
    this.#stored = after;
    return true;
  }
}
