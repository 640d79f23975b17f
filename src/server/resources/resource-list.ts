/** `resources/list`: registered resources, and those that templates list (RE-1, PA-1). */
import { isRecord } from '../../base/json/json.ts';
import { quote } from '../../base/quote.ts';
import { missingText } from '../../protocol/content-problem.ts';
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
  const listed = await template.list!(context);
  const { uriTemplate, name: _, ...shared } = wire;
  const problem = listProblem(listed);
  if (problem !== undefined) throw new TypeError(`The list of ${quote(uriTemplate)}: ${problem}`);
  return listed.resources.map((resource) => ({ ...shared, ...resource }));
}

/** Clients refuse a whole list for one resource that is none. */
function listProblem(listed: unknown): string | undefined {
  const resources = isRecord(listed) ? listed['resources'] : undefined;
  if (!Array.isArray(resources)) return 'return { resources: [{ uri, name }, …] }';
  for (const [i, resource] of resources.entries()) {
    const problem = isRecord(resource)
      ? missingText(resource, ['uri', 'name'])
      : 'must be an object, such as { uri, name }';
    if (problem !== undefined) return `resources[${i}] ${problem}`;
  }
  return undefined;
}

function listContext({ exchange, meta }: CheckedRequest): ListContext {
  return {
    principal: exchange.principal,
    request: exchange.request,
    client: clientView(meta.clientInfo, meta.capabilities),
  };
}
