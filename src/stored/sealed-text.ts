/** Texts as they are at rest (K13). */
import type { Sealer } from '../state/sealer.ts';

/** Text that the store does not read, and the id of the key that can. */
export interface SealedText {
  /** Names the key; empty where nothing is sealed. */
  readonly keyId: string;
  readonly text: string;
}

/**
 * @param sealer nothing, for a store that is nothing but memory
 * @param context where the text is: it can be opened nowhere else
 */
export function sealText(sealer: Sealer | undefined, text: string, context: string): SealedText {
  if (sealer === undefined) return { keyId: '', text };
  return { keyId: sealer.keyId, text: sealer.seal(text, context) };
}

/** `undefined` for a text that is damaged, or whose key is not in the ring any more. */
export function openText(
  sealer: Sealer | undefined,
  { text }: SealedText,
  context: string,
): string | undefined {
  return sealer === undefined ? text : sealer.open(text, context);
}

const OVERHEAD = 45;

/** How much a text holds, in bytes: where it is sealed it is base64url, and has a head and a tag. */
export function contentBytes({ keyId, text }: SealedText): number {
  return keyId === '' ? text.length : Math.floor((text.length * 3) / 4) - OVERHEAD;
}
