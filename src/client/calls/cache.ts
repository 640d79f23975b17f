/** Caches results for as long as the server allows (CA-3, CA-4, MC-12). */
import { having, nonEmptyText } from '../../base/options/option-checks.ts';
import type { OptionTable } from '../../base/options/options.ts';
import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import type { CallOptions } from './call-options.ts';
import type { Logger } from '../../base/logging/logger.ts';
import { messageOf } from '../../base/thrown.ts';

/** A store for cached results, which several clients can share. */
export interface CacheStore {
  /** The stored value; `undefined` or `null` if there is none. */
  get(key: string): string | null | undefined | Promise<string | null | undefined>;
  /** @param expiresAt when the value can be deleted, in ms since the epoch */
  set(key: string, value: string, expiresAt: number): void | Promise<void>;
  delete(key: string): void | Promise<void>;
}

/** How a client caches results. */
export interface CacheOptions {
  /** Where results are stored. */
  readonly store: CacheStore;
  /**
   * Who this client acts for, such as `${issuer} ${subject}`. Private results are stored for this
   * user only. Default: private results are not stored.
   */
  readonly context?: string;
}

export const CACHE_OPTIONS: OptionTable<CacheOptions> = {
  store: having('get', 'set', 'delete'),
  context: nonEmptyText,
};

/** The last time that a date can have, in ms since the epoch. */
const LAST_TIME = 8.64e15;

interface Kept {
  readonly expiresAt: number;
  readonly result: UnknownRecord;
}

interface Loading {
  readonly method: string;
  readonly param: string;
  isStale: boolean;
}

/**
 * Caches the results of one server. If the store fails, a warning is logged and the server is
 * asked.
 */
export class ResponseCache {
  readonly #store: CacheStore;
  readonly #server: string;
  readonly #context: string | undefined;
  readonly #logger: Logger;
  /** Requests in flight. A result that becomes outdated before it arrives is not stored. */
  readonly #loading = new Set<Loading>();

  constructor(server: string, options: CacheOptions | undefined, logger: Logger) {
    this.#store = options?.store ?? new MemoryStore();
    // The store in memory belongs to this client, so it has one user.
    this.#context = options === undefined ? '' : options.context;
    this.#server = server;
    this.#logger = logger;
  }

  /**
   * The stored result; otherwise a new one, which is stored for as long as its `ttlMs` allows.
   *
   * @param param what the result depends on beside the method: a URI, or the empty string
   */
  async use(
    method: string,
    param: string,
    { cache }: CallOptions,
    load: () => Promise<UnknownRecord>,
  ): Promise<UnknownRecord> {
    const kept = cache === 'reload' ? undefined : await this.#get(method, param);
    return kept ?? this.#fetch(method, param, load);
  }

  async #get(method: string, param: string): Promise<UnknownRecord | undefined> {
    for (const key of this.#keys(method, param)) {
      const kept = await this.#try(async () => read(await this.#store.get(key)));
      if (kept !== undefined && kept.expiresAt > Date.now()) return kept.result;
    }
    return undefined;
  }

  async #fetch(
    method: string,
    param: string,
    load: () => Promise<UnknownRecord>,
  ): Promise<UnknownRecord> {
    const loading: Loading = { method, param, isStale: false };
    this.#loading.add(loading);
    try {
      const result = await load();
      if (!loading.isStale) await this.#keep(method, param, result);
      return result;
    } finally {
      this.#loading.delete(loading);
    }
  }

  /** Deletes a result that the server has said is outdated (CA-4). */
  async forget(method: string, param = ''): Promise<void> {
    for (const loading of this.#loading) {
      if (loading.method === method && loading.param === param) loading.isStale = true;
    }
    for (const key of this.#keys(method, param)) await this.#try(() => this.#store.delete(key));
  }

  async forgetAll(outdated: readonly (readonly [method: string, param?: string])[]): Promise<void> {
    for (const [method, param] of outdated) await this.forget(method, param);
  }

  async #keep(method: string, param: string, result: UnknownRecord): Promise<void> {
    const { ttlMs, cacheScope } = result;
    if (typeof ttlMs !== 'number' || !(ttlMs > 0)) return;
    const [shared, own] = this.#keys(method, param);
    const key = cacheScope === 'public' ? shared : own;
    if (key === undefined) return;
    // JSON has numbers that are none in JavaScript, such as 1e400.
    const expiresAt = Math.min(Date.now() + ttlMs, LAST_TIME);
    const text = JSON.stringify({ expiresAt, result } satisfies Kept);
    await this.#try(() => this.#store.set(key, text, expiresAt));
  }

  /** Keys to look under, in order: the entry shared by all users, then this user's own. */
  #keys(method: string, param: string): string[] {
    const shared = [this.#server, method, param];
    const own = this.#context === undefined ? [] : [[...shared, this.#context]];
    return [shared, ...own].map((parts) => JSON.stringify(parts));
  }

  async #try<T>(use: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await use();
    } catch (error) {
      this.#logger.warn(`The cache cannot be used: ${messageOf(error)}`);
      return undefined;
    }
  }
}

/** @throws Error for a text that this class has not written */
function read(text: string | null | undefined): Kept | undefined {
  if (text == null) return undefined;
  const kept: unknown = JSON.parse(text);
  const isKept = isRecord(kept) && isRecord(kept['result']);
  if (isKept && typeof kept['expiresAt'] === 'number') return kept as unknown as Kept;
  throw new Error('a stored value is not what was stored');
}

/** Most that is stored in memory, in characters. */
const MAX_KEPT = 16 * 1024 * 1024;

/** A store in memory. When it is full, the least recently used result is deleted. */
class MemoryStore implements CacheStore {
  readonly #entries = new Map<string, string>();
  #length = 0;

  get(key: string): string | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) this.set(key, value);
    return value;
  }

  set(key: string, value: string): void {
    this.delete(key);
    this.#entries.set(key, value);
    this.#length += value.length;
    for (const oldest of this.#entries.keys()) {
      if (this.#length <= MAX_KEPT) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    this.#length -= this.#entries.get(key)?.length ?? 0;
    this.#entries.delete(key);
  }
}
