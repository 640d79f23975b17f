/** `resources/list`: registered resources, and those that templates list (RE-1, PA-1). */
import type { Resource } from '../../protocol/types/content.ts';
import type { CacheHint } from '../../protocol/results.ts';
import { clientView } from '../requests/client-view.ts';
import { isVisible } from '../requests/flow-policy.ts';
import type { CheckedRequest } from '../requests/checked-request.ts';
import { type List, readCursor } from '../registry/list.ts';
import type { Registry } from '../registry/registry.ts';
import type { ListContext } from './resource-template.ts';
import type { ResourceRegistration, TemplateRegistration } from './resource.ts';
import type { ResultWriter } from '../requests/result-writer.ts';

export interface ResourceListDeps {
  readonly list: List<ResourceRegistration>;
  readonly templates: Registry<TemplateRegistration>;
  readonly cacheHint: CacheHint;
  readonly pageSize: number;
  readonly writer: ResultWriter;
}

/** The result as JSON text. @throws RpcError `-32602` for an invalid cursor */
export function serveResourceList(
  incoming: CheckedRequest,
  deps: ResourceListDeps,
): string | Promise<string> {
  const { principal } = incoming.exchange;
  const listing = deps.templates
    .list()
    .filter(
      ({ definition }) => definition.template.list && isVisible(definition.policy, principal),
    );
  if (listing.length === 0) return deps.list.page(incoming.params['cursor'], principal);
  return mixedPage(incoming, listing, deps);
}

/** Templates may list other resources each time, so a cursor is an index in the whole list. */
async function mixedPage(
  incoming: CheckedRequest,
  listing: readonly TemplateRegistration[],
  { list, cacheHint, pageSize, writer }: ResourceListDeps,
): Promise<string> {
  const offset = readCursor(incoming.params['cursor']);
  const context = listContext(incoming);
  const lists = await Promise.all(
    listing.map(({ definition }) => listTemplate(definition, context)),
  );
  const registered = list.visible(incoming.exchange.principal).map((item) => item.definition.wire);
  const all = [...registered, ...lists.flat()];
  const next = offset + pageSize;
  return writer.complete({
    resources: all.slice(offset, next),
    ...(all.length > next && { nextCursor: String(next) }),
    ttlMs: cacheHint.ttlMs,
    cacheScope: 'private',
  });
}

/** Fields of the template are defaults for the resources it lists. */
async function listTemplate(
  { template, wire }: TemplateRegistration['definition'],
  context: ListContext,
): Promise<Resource[]> {
  const { resources } = await template.list!(context);
  const { uriTemplate: _, name: __, ...shared } = wire;
  return resources.map((resource) => ({ ...shared, ...resource }));
}

function listContext({ exchange, meta }: CheckedRequest): ListContext {
  return {
    principal: exchange.principal,
    request: exchange.request,
    client: clientView(meta.clientInfo, meta.capabilities),
  };
}
