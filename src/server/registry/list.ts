/** Lists of what is registered, in pages (PA-1, PA-2, CA-1, CA-2). */
import type { Principal } from '../../protocol/principal.ts';
import type { CacheHint } from '../../protocol/results.ts';
import { invalidParams } from '../../protocol/rpc-error.ts';
import { type FlowPolicy, isVisible } from '../requests/flow-policy.ts';
import type { Listed, Registry } from './registry.ts';
import type { ResultWriter } from '../requests/result-writer.ts';

export interface ListItem extends Listed {
  readonly definition: { readonly wire: object; readonly policy: FlowPolicy };
}

export interface ListOptions {
  /** The member of the result that has the items: "tools", "prompts", … */
  readonly member: string;
  readonly cacheHint: CacheHint;
  readonly pageSize: number;
  readonly writer: ResultWriter;
}

const FIRST = 0;

/**
 * A list. Its pages are serialised once and reused until it changes, unless callers see different
 * items.
 */
export class List<T extends ListItem> {
  readonly #registry: Registry<T>;
  readonly #options: ListOptions;
  /** Serialised pages by the order of the item before them. */
  #pages: Map<number, string> | undefined;
  #isPrivate = false;

  constructor(registry: Registry<T>, options: ListOptions) {
    this.#registry = registry;
    this.#options = options;
  }

  /** Drops the serialised pages. */
  changed(): void {
    this.#pages = undefined;
  }

  /**
   * A page as JSON text.
   *
   * @throws RpcError `-32602` for an invalid cursor
   */
  page(cursor: unknown, principal: Principal | undefined): string {
    const after = readCursor(cursor);
    this.#pages ??= this.#writeAll();
    if (this.#isPrivate) return this.#write(this.visible(principal), after).text;
    return this.#pages.get(after) ?? this.#write(this.#registry.list(), after).text;
  }

  /** The items that `principal` may see. */
  visible(principal: Principal | undefined): T[] {
    return this.#registry.list().filter((item) => isVisible(item.definition.policy, principal));
  }

  #writeAll(): Map<number, string> {
    const items = this.#registry.list();
    this.#isPrivate = items.some((item) => item.definition.policy.visible !== undefined);
    const pages = new Map<number, string>();
    if (this.#isPrivate) return pages;
    let next: number | undefined = FIRST;
    while (next !== undefined) {
      const page: Written = this.#write(items, next);
      pages.set(next, page.text);
      next = page.next;
    }
    return pages;
  }

  #write(items: readonly T[], after: number): Written {
    const { member, pageSize, cacheHint, writer } = this.#options;
    const rest = items.filter((item) => item.order > after);
    const page = rest.slice(0, pageSize);
    const next = rest.length > pageSize ? page.at(-1)!.order : undefined;
    const text = writer.complete({
      [member]: page.map((item) => item.definition.wire),
      ...(next !== undefined && { nextCursor: String(next) }),
      ttlMs: cacheHint.ttlMs,
      cacheScope: this.#isPrivate ? 'private' : cacheHint.cacheScope,
    });
    return { text, next };
  }
}

interface Written {
  readonly text: string;
  readonly next: number | undefined;
}

/** A cursor is the order of the last item sent. It stays valid when items are added or removed. */
export function readCursor(cursor: unknown): number {
  if (cursor == null) return FIRST;
  if (typeof cursor === 'string' && /^[1-9]\d{0,14}$/.test(cursor)) return Number(cursor);
  throw invalidParams('Invalid cursor');
}
