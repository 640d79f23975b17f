/** Reads what a client wants to listen to, and decides what it gets (SU-1, SU-2). */
import { isRecord } from '../../base/json/json.ts';
import type { SubscriptionFilter } from '../../protocol/results.ts';
import { invalidParams } from '../../protocol/rpc-error.ts';

/** The lists a client can listen to. */
export type ListKind = 'tools' | 'prompts' | 'resources';

const FIELDS = {
  tools: 'toolsListChanged',
  prompts: 'promptsListChanged',
  resources: 'resourcesListChanged',
} as const;

export function isListKind(value: string): value is ListKind {
  return Object.hasOwn(FIELDS, value);
}

const MAX_RESOURCES = 1_000;

/**
 * Longest total of all URIs, in bytes: the acknowledgement repeats them, and is always buffered.
 */
const MAX_RESOURCE_BYTES = 262_144;

export interface Filter {
  readonly lists: ReadonlySet<ListKind>;
  readonly resources: ReadonlySet<string>;
}

/**
 * @param offered the lists that the server has
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
    throw invalidParams(
      `resourceSubscriptions may have at most ${MAX_RESOURCE_BYTES} bytes in all`,
    );
  }
  return wanted;
}

/** A filter in the form of the acknowledgement. */
export function acknowledged({ lists, resources }: Filter): SubscriptionFilter {
  const filter: SubscriptionFilter = {};
  for (const kind of lists) filter[FIELDS[kind]] = true;
  if (resources.size > 0) filter.resourceSubscriptions = [...resources];
  return filter;
}
