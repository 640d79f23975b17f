import { invalidOptions } from '../../base/errors.ts';
import { isRecord } from '../../base/json/json.ts';
import { nearest } from '../../base/options/nearest.ts';
import { quote } from '../../base/quote.ts';
import type { SubscriptionFilter } from '../../protocol/results.ts';

const MEMBERS: Record<keyof SubscriptionFilter | 'taskIds', true> = {
  toolsListChanged: true,
  promptsListChanged: true,
  resourcesListChanged: true,
  resourceSubscriptions: true,
  taskIds: true,
};

const KNOWN = Object.keys(MEMBERS);

/**
 * Members of extensions may be anything. One that is nearly the protocol's is misspelled: the server
 * would send nothing of it, and the iteration would wait for ever.
 *
 * @throws RondoError `invalid_options`
 */
export function assertFilter(filter: unknown): void {
  if (!isRecord(filter))
    throw invalidOptions('client.listen() takes an object: what to listen to.');
  for (const name of Object.keys(filter)) {
    const meant = KNOWN.includes(name) ? undefined : nearest(name, KNOWN);
    if (meant === undefined) continue;
    throw invalidOptions(`client.listen() got ${quote(name)}. Did you mean '${meant}'?`);
  }
}
