/** `resources/read` (RE-2 to RE-4). */
import { quote } from '../../base/quote.ts';
import { parseUrl } from '../../base/parse-url.ts';
import type { UnknownRecord } from '../../base/json.ts';
import type { Principal } from '../../protocol/principal.ts';
import { type RpcError, invalidParams } from '../../protocol/rpc-error.ts';
import type { Context } from '../flows/context.ts';
import { wireErrorFor } from '../requests/disclosed-error.ts';
import { assertRequirements, isVisible } from '../requests/flow-policy.ts';
import type { FlowRunner } from '../flows/flow-runner.ts';
import type { CheckedRequest } from '../requests/checked-request.ts';
import type { Logger } from '../../base/logger.ts';
import type { Registry } from '../registry/registry.ts';
import {
  type ResourceRegistration,
  type TemplateRegistration,
  type ResourceDefinition,
  type TemplateDefinition,
  toResourceResult,
} from './resource.ts';
import { isUnfit, normalUri } from './normal-uri.ts';
import type { ResultWriter } from '../requests/result-writer.ts';

export interface ResourceReadDeps {
  readonly resources: Registry<ResourceRegistration>;
  readonly templates: Registry<TemplateRegistration>;
  readonly runner: FlowRunner;
  readonly writer: ResultWriter;
  readonly logger: Logger;
}

interface Found {
  readonly definition: ResourceDefinition | TemplateDefinition;
  readonly read: (ctx: Context) => unknown;
}

/** The result as JSON text. @throws RpcError the error to send instead */
export async function serveResourceRead(
  incoming: CheckedRequest,
  deps: ResourceReadDeps,
): Promise<string> {
  const { params, meta, exchange } = incoming;
  const { uri } = params;
  if (typeof uri !== 'string') throw invalidParams('params.uri must be a string');
  const found = find(uri, exchange.principal, deps);
  if (found === undefined) throw notFound(uri);
  const { definition, read } = found;
  const { policy } = definition;
  assertRequirements(policy, meta);
  const end = await deps.runner.run({
    method: 'resources/read',
    target: uri,
    params,
    meta,
    exchange,
    policy,
    handler: read,
  });
  if (end.type === 'asks') return deps.writer.typed('input_required', end.result);
  if (end.type !== 'value') throw wireErrorFor(end, `resource ${quote(uri)}`, deps.logger);
  const result = toResourceResult(end.value, uri, definition);
  if (result === undefined) throw notFound(uri);
  return deps.writer.complete(isAnswered(params) ? { ...result, ttlMs: 0 } : result);
}

/** Whether the result may depend on answers: then it must not be cached (MC-12). */
function isAnswered(params: UnknownRecord): boolean {
  return params['inputResponses'] !== undefined || params['requestState'] !== undefined;
}

type Registries = Pick<ResourceReadDeps, 'resources' | 'templates'>;

/** Whether `principal` may read the resource of this URI, if there is one (SU-2). */
export function mayRead(
  uri: string,
  principal: Principal | undefined,
  registries: Registries,
): boolean {
  return find(uri, principal, registries) !== undefined;
}

/** The resource with exactly this URI, or the first template that matches it. */
function find(uri: string, principal: Principal | undefined, deps: Registries): Found | undefined {
  const url = isUnfit(uri) ? undefined : parseUrl(uri);
  if (url === undefined) return undefined;
  const resource = deps.resources.get(normalUri(uri) ?? uri);
  if (resource !== undefined && isVisible(resource.definition.policy, principal)) {
    return { definition: resource.definition, read: (ctx) => resource.callback(url, ctx) };
  }
  for (const { definition, callback } of deps.templates.list()) {
    if (!isVisible(definition.policy, principal)) continue;
    const variables = definition.template.matcher.match(uri);
    if (variables === undefined) continue;
    return { definition, read: (ctx) => callback(url, variables, ctx) };
  }
  return undefined;
}

/** A resource that does not exist is an error, never an empty result (RE-2). */
function notFound(uri: string): RpcError {
  return invalidParams('Resource not found', { uri });
}
