import { Method } from '../../protocol/names/methods.ts';
import type { SubscriptionFilter } from '../../protocol/results.ts';
import type { Change } from './change.ts';
import { changesIn } from './stream.ts';

/** The results that a change makes outdated: their methods, and of resources the URI (CA-4). */
export function outdatedBy(
  change: Change,
  filter: SubscriptionFilter,
): readonly (readonly [method: string, uri?: string])[] {
  switch (change.type) {
    case 'toolsListChanged':
      return [[Method.listTools]];
    case 'promptsListChanged':
      return [[Method.listPrompts]];
    case 'resourcesListChanged':
      return [[Method.listResources], [Method.listResourceTemplates]];
    case 'resourceUpdated':
      return [[Method.readResource, change.uri]];
    case 'reconnected':
      return changesIn(filter).flatMap((missed) => outdatedBy(missed, filter));
  }
}
