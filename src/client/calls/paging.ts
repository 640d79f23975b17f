import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import { InvalidResponseError } from '../../protocol/response.ts';

/** Most pages of one list: far more than a server should have. */
const MAX_PAGES = 1_000;
const MAX_ITEMS = 1_000_000;

/**
 * All pages of a list as one result. It may be cached for as long as the page with the shortest
 * time (PA-1, CA-2).
 *
 * @param member the name of the list in its result: `tools`, `prompts`, …
 * @param onLeftOut called with the number of items that are left out because they are not objects
 * @throws InvalidResponseError for a page that is not a list, and for a list without an end
 */
export async function allPages(
  member: string,
  fetchPage: (params: { readonly cursor?: string }) => Promise<UnknownRecord>,
  onLeftOut: (count: number) => void,
): Promise<UnknownRecord> {
  const items: unknown[] = [];
  let leftOut = 0;
  const seen = new Set<string>();
  let params: { readonly cursor?: string } = {};
  let ttlMs = Number.POSITIVE_INFINITY;
  let cacheScope: unknown = 'public';
  for (let page = 1; page <= MAX_PAGES; page++) {
    const result = await fetchPage(params);
    for (const item of itemsOf(result, member)) {
      if (isRecord(item)) items.push(item);
      else leftOut++;
    }
    ttlMs = Math.min(ttlMs, typeof result['ttlMs'] === 'number' ? result['ttlMs'] : 0);
    if (result['cacheScope'] !== 'public') cacheScope = 'private';
    if (items.length + leftOut > MAX_ITEMS) break;
    const cursor = result['nextCursor'] ?? undefined;
    if (cursor === undefined) {
      if (leftOut > 0) onLeftOut(leftOut);
      return { [member]: items, ttlMs, cacheScope };
    }
    if (typeof cursor !== 'string')
      throw new InvalidResponseError('it sent a cursor that is not a string');
    if (seen.has(cursor)) break;
    seen.add(cursor);
    params = { cursor };
  }
  throw new InvalidResponseError(`it sent a list of ${member} without an end`);
}

function itemsOf(result: UnknownRecord, member: string): unknown[] {
  const items = result[member];
  if (Array.isArray(items)) return items;
  throw new InvalidResponseError(`it sent a list of ${member} that is not a list`);
}
