/** What a client wants to listen to, and what of that it gets (SU-1, SU-2). */
import { isRecord } from '../../base/json.ts';
import type { SubscriptionFilter } from '../../protocol/results.ts';
import { invalidParams } from '../../protocol/rpc-error.ts';

/** The lists a client can listen to. */
export type ListKind = 'tools' | 'prompts' | 'resources';

const FIELDS = {
  tools: 'toolsListChanged',
  prompts: 'promptsListChanged',
  resources: 'resourcesListChanged',
} as const;

const MAX_RESOURCES = 1_000;

/** All URIs together. They go back with the acknowledgement, which nobody can hold up. */
const MAX_RESOURCE_BYTES = 262_144;

export interface Filter {
  readonly lists: ReadonlySet<ListKind>;
  readonly resources: ReadonlySet<string>;
}

/**
 * @param offered the lists there are
 * @param mayRead whether the caller may read a resource
 * @throws RpcError `-32602`
 */
export function readFilter(
  filter: unknown,
  offered: readonly ListKind[],
  mayRead: (uri: string) => boolean,
): Filter {
  if (!isRecord(filter)) throw invalidParams('params.notifications must be an object');
  const wanted = readUris(filter['resourceSubscriptions']);
  return {
    lists: new Set(offered.filter((kind) => filter[FIELDS[kind]] === true)),
    resources: new Set(offered.includes('resources') ? wanted.filter(mayRead) : []),
  };
}

function readUris(uris: unknown): string[] {
  const wanted = uris ?? [];
  const sound = Array.isArray(wanted) && wanted.every((uri) => typeof uri === 'string');
  if (!sound) throw invalidParams('resourceSubscriptions must be a list of URIs');
  if (wanted.length > MAX_RESOURCES) {
    throw invalidParams(`At most ${MAX_RESOURCES} resources can be subscribed to at once`);
  }
  if (new TextEncoder().encode(wanted.join('')).length > MAX_RESOURCE_BYTES) {
    throw invalidParams(`resourceSubscriptions may take ${MAX_RESOURCE_BYTES} bytes`);
  }
  return wanted;
}

/** A filter as the client is told of it. */
export function acknowledged({ lists, resources }: Filter): SubscriptionFilter {
  const filter: SubscriptionFilter = {};
  for (const kind of lists) filter[FIELDS[kind]] = true;
  if (resources.size > 0) filter.resourceSubscriptions = [...resources];
  return filter;
}
