/** Texts in parts, since a notification has less than 8,000 bytes. */
import { decodeBase64, encodeBase64 } from '../../base/base64.ts';

/** Of one part, without what is in front of it. */
const LONGEST = 7_800;

/** All parts of a text: its id, the number of the part, how many there are, and the part. */
export function partsOf(id: string, text: string): readonly string[] {
  const encoded = encodeBase64(new TextEncoder().encode(text), 'base64url');
  const count = Math.max(1, Math.ceil(encoded.length / LONGEST));
  return Array.from({ length: count }, (_, i) => {
    const part = encoded.slice(i * LONGEST, (i + 1) * LONGEST);
    return `${id} ${i} ${count} ${part}`;
  });
}

/**
 * Puts texts together again. The parts of one text are notified in one transaction, so that they
 * arrive one after another; of a text whose beginning was missed, nothing is kept.
 */
export class TextAssembly {
  #id = '';
  #parts: string[] = [];

  /** Returns the text that is complete with this part. */
  add(payload: string): string | undefined {
    const [id = '', number = '', count = '', part = ''] = payload.split(' ');
    if (number === '0') {
      this.#id = id;
      this.#parts = [];
    }
    if (id !== this.#id || Number(number) !== this.#parts.length) return undefined;
    this.#parts.push(part);
    if (this.#parts.length !== Number(count)) return undefined;
    const bytes = decodeBase64(this.#parts.join(''), 'base64url');
    this.#parts = [];
    this.#id = '';
    return bytes && new TextDecoder().decode(bytes);
  }
}
