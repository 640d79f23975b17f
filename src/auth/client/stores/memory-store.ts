import type { AuthStore } from './auth-store.ts';

/** Keeps what the client got in this process, until it ends. */
export function memoryAuthStore(): AuthStore {
  return new MemoryAuthStore();
}

class MemoryAuthStore implements AuthStore {
  readonly #values = new Map<string, string>();
  /** By key: ends when the last who wants it has had it. */
  readonly #queues = new Map<string, Promise<unknown>>();

  async get(key: string): Promise<string | undefined> {
    return this.#values.get(key);
  }

  async set(key: string, value: string): Promise<void> {
    this.#values.set(key, value);
  }

  async delete(key: string): Promise<void> {
    this.#values.delete(key);
  }

  async lock<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#queues.get(key);
    const mine = (before ?? Promise.resolve()).then(work, work);
    const over = mine.catch(() => {});
    this.#queues.set(key, over);
    try {
      return await mine;
    } finally {
      if (this.#queues.get(key) === over) this.#queues.delete(key);
    }
  }
}
