import { type UnknownRecord, isRecord } from '../../base/json.ts';
import { InvalidResponseError } from '../../protocol/response.ts';

/** Far more than any server has. */
const MAX_PAGES = 1_000;
const MAX_ITEMS = 1_000_000;

/**
 * All pages of a list as one result, which may be kept no longer than the first of them to expire
 * (PA-1, CA-2).
 *
 * @param member the name of the list in its result: `tools`, `prompts`, …
 * @throws InvalidResponseError for what is no list, or has no end
 */
export async function allPages(
  member: string,
  fetchPage: (params: { readonly cursor?: string }) => Promise<UnknownRecord>,
): Promise<UnknownRecord> {
  const items: unknown[] = [];
  const seen = new Set<string>();
  let params: { readonly cursor?: string } = {};
  let ttlMs = Number.POSITIVE_INFINITY;
  let cacheScope: unknown = 'public';
  for (let page = 1; page <= MAX_PAGES; page++) {
    const result = await fetchPage(params);
    for (const item of itemsOf(result, member)) items.push(item);
    ttlMs = Math.min(ttlMs, typeof result['ttlMs'] === 'number' ? result['ttlMs'] : 0);
    if (result['cacheScope'] !== 'public') cacheScope = 'private';
    if (items.length > MAX_ITEMS) break;
    const cursor = result['nextCursor'];
    if (cursor === undefined) return { [member]: items, ttlMs, cacheScope };
    if (typeof cursor !== 'string')
      throw new InvalidResponseError('it sent a cursor that is no string');
    if (seen.has(cursor)) break;
    seen.add(cursor);
    params = { cursor };
  }
  throw new InvalidResponseError(`it sent a list of ${member} without an end`);
}

function itemsOf(result: UnknownRecord, member: string): UnknownRecord[] {
  const items = result[member];
  if (Array.isArray(items) && items.every(isRecord)) return items;
  throw new InvalidResponseError(`it sent a list of ${member} that is none`);
}
