/** `resources/read` (RE-2 to RE-4). */
import { quote } from '../../base/quote.ts';
import { parseUrl } from '../../base/parse-url.ts';
import type { UnknownRecord } from '../../base/json/json.ts';
import type { Principal } from '../../protocol/principal.ts';
import { ResourceNotFound, invalidParams } from '../../protocol/rpc-error.ts';
import type { Context } from '../flows/context.ts';
import { wireErrorFor } from '../requests/disclosed-error.ts';
import { type FlowPolicy, assertRequirements, isVisible } from '../requests/flow-policy.ts';
import type { ScopedUse, Wrapper } from '../extension.ts';
import type { FlowCall, FlowEnd, FlowRequest } from '../flows/flow-call.ts';
import type { FlowRunner } from '../flows/flow-runner.ts';
import type { CheckedRequest, Written } from '../requests/checked-request.ts';
import type { Logger } from '../../base/logging/logger.ts';
import type { Registry } from '../registry/registry.ts';
import {
  type ResourceRegistration,
  type TemplateRegistration,
  type ResourceDefinition,
  type TemplateDefinition,
  toResourceResult,
} from './resource.ts';
import { isUnfit, normalUri } from './normal-uri.ts';
import type { Variables } from './uri-template.ts';
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
  readonly wrapper: Wrapper | undefined;
  readonly variables: Variables;
}

/** Sees everything: for reads that are not for a caller. */
const EVERYBODY = Symbol('everybody');

type Reader = Principal | typeof EVERYBODY | undefined;

function maySee(policy: FlowPolicy, reader: Reader): boolean {
  return reader === EVERYBODY || isVisible(policy, reader);
}

/** @throws RpcError the error to send instead */
export function serveResourceRead(
  incoming: CheckedRequest,
  deps: ResourceReadDeps,
): Promise<Written> {
  const { uri } = incoming.params;
  if (typeof uri !== 'string') throw invalidParams('params.uri must be a string');
  const found = find(uri, incoming.exchange.principal, deps);
  if (found === undefined) throw new ResourceNotFound(uri);
  assertRequirements(found.definition.policy, incoming.meta);
  return deps.runner.run(flowCall(uri, found, incoming, deps));
}

/** A read that nobody asks for now: whoever may not see the resource is served all the same. */
export function prepareResourceRead(
  uri: string,
  request: FlowRequest,
  deps: ResourceReadDeps,
): FlowCall {
  const found = find(uri, EVERYBODY, deps);
  if (found === undefined) throw new ResourceNotFound(uri);
  return flowCall(uri, found, request, deps);
}

function flowCall(
  uri: string,
  { definition, read, wrapper, variables }: Found,
  { params, meta, exchange }: FlowRequest,
  { writer, logger }: ResourceReadDeps,
): FlowCall {
  const write = (end: FlowEnd): string => {
    if (end.type === 'asks') return writer.typed('input_required', end.result);
    if (end.type !== 'value') throw wireErrorFor(end, `resource ${quote(uri)}`, logger);
    const result = toResourceResult(end.value, uri, definition);
    if (result === undefined) throw new ResourceNotFound(uri);
    return writer.complete(isAnswered(params) ? { ...result, ttlMs: 0 } : result);
  };
  return {
    method: 'resources/read',
    target: uri,
    params,
    meta,
    exchange,
    wrapper,
    args: variables,
    policy: definition.policy,
    handler: read,
    write,
  };
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

/** Reads of all that a caller may see of these, whose scopes have to be looked at. */
export function usesOf(
  uris: Iterable<string>,
  principal: Principal | undefined,
  registries: Registries,
): readonly ScopedUse[] {
  return [...uris].flatMap((uri) => {
    const found = find(uri, principal, registries);
    const { scopes } = found?.definition.policy ?? {};
    if (scopes === undefined) return [];
    return [{ of: `resources/read ${quote(uri)}`, scopes, args: found!.variables }];
  });
}

/** The resource with exactly this URI, or the first template that matches it. */
function find(uri: string, reader: Reader, deps: Registries): Found | undefined {
  const url = isUnfit(uri) ? undefined : parseUrl(uri);
  if (url === undefined) return undefined;
  const resource = deps.resources.get(normalUri(uri) ?? uri);
  if (resource !== undefined && maySee(resource.definition.policy, reader)) {
    const { definition, wrapper } = resource;
    const read = (ctx: Context): unknown => resource.callback(url, ctx);
    return { definition, wrapper, variables: {}, read };
  }
  for (const { definition, callback, wrapper } of deps.templates.list()) {
    if (!maySee(definition.policy, reader)) continue;
    const variables = definition.template.matcher.match(uri);
    if (variables === undefined) continue;
    return { definition, wrapper, variables, read: (ctx) => callback(url, variables, ctx) };
  }
  return undefined;
}
