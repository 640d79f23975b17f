import type { SealedText } from '../stored/sealed-text.ts';
import type { SpillCell, SpillStore } from './contract.ts';

/** Large journals in memory: for tests, and for servers of one process. */
export class MemorySpill implements SpillStore {
  readonly #records = new Map<string, { content: SealedText; readonly expiresAt: number }>();
  readonly #now: () => number;

  /** @param now the clock, in ms since the epoch */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  async put(key: string, content: SealedText, life: number): Promise<void> {
    this.#records.set(key, { content, expiresAt: this.#now() + life });
  }

  async get(key: string): Promise<SealedText | undefined> {
    const record = this.#records.get(key);
    return record !== undefined && record.expiresAt > this.#now() ? record.content : undefined;
  }

  async expire(limit: number): Promise<number> {
    const now = this.#now();
    const old = [...this.#records].filter(([, { expiresAt }]) => expiresAt <= now).slice(0, limit);
    for (const [key] of old) this.#records.delete(key);
    return old.length;
  }

  async countKeys(): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for (const { content } of this.#records.values()) {
      counts.set(content.keyId, (counts.get(content.keyId) ?? 0) + 1);
    }
    return counts;
  }

  async sealedUnder(keyId: string, limit: number): Promise<readonly SpillCell[]> {
    return [...this.#records]
      .filter(([, { content }]) => content.keyId === keyId)
      .slice(0, limit)
      .map(([key, { content }]) => ({ key, sealed: content }));
  }

  async reseal({ key, sealed }: SpillCell, next: SealedText): Promise<boolean> {
    const record = this.#records.get(key);
    if (record?.content.keyId !== sealed.keyId || record.content.text !== sealed.text) return false;
    record.content = next;
    return true;
  }
}
