import { missingCapabilities } from '../protocol/capabilities.ts';
import { Method } from '../protocol/names/methods.ts';
import { missingCapability } from '../protocol/rpc-error.ts';
import { SUPPORTED_VERSIONS } from '../protocol/names/version.ts';
import type { Catalogue } from './catalogue.ts';
import { serveComplete } from './complete.ts';
import type { FlowRunner } from './flows/flow-runner.ts';
import type { CheckedRequest, Route } from './requests/checked-request.ts';
import type { List, ListItem } from './registry/list.ts';
import type { ResolvedOptions } from './options.ts';
import { servePromptGet } from './prompts/prompt-get.ts';
import { serveResourceList } from './resources/resource-list.ts';
import { mayRead, serveResourceRead, usesOf } from './resources/resource-read.ts';
import type { ScopeCheck } from './scopes/scope-check.ts';
import type { ResultWriter } from './requests/result-writer.ts';
import type { Routes } from './router.ts';
import type { Subscriptions } from './listening/subscriptions.ts';
import { serveToolCall } from './tools/tool-call.ts';

export interface RouteDeps {
  readonly catalogue: Catalogue;
  readonly runner: FlowRunner;
  readonly writer: ResultWriter;
  readonly subscriptions: Subscriptions;
  readonly options: ResolvedOptions;
  readonly scopes: ScopeCheck;
}

/** One method that a server serves. */
interface Entry {
  readonly method: string;
  /** Whether the server has its capability now. */
  readonly isOffered: () => boolean;
  readonly route: Route;
  /** The param that `Mcp-Name` mirrors, for methods that the protocol itself does not have. */
  readonly nameParam?: string | undefined;
}

/** The routes of a server. A method exists while the server has its capability (EN-6, VM-7). */
export function routesOf(deps: RouteDeps): Routes {
  const entries = [...ownEntries(deps), ...extensionEntries(deps.options)];
  const table = new Map(entries.map((entry) => [entry.method, entry]));
  return (method) => {
    const entry = table.get(method);
    return entry?.isOffered() ? entry : undefined;
  };
}

function ownEntries({
  catalogue,
  runner,
  writer,
  subscriptions,
  options,
  scopes,
}: RouteDeps): readonly Entry[] {
  const { tools, prompts, resources, templates } = catalogue;
  const { logger, pageSize } = options;
  const calls = { tools, prompts, resources, templates, runner, writer, logger };
  const cacheHint = options.cacheHintFor('resources/list');
  const listed = { list: catalogue.resourceList, templates, cacheHint, pageSize, writer };
  const hasTools = (): boolean => tools.isUsed;
  const hasPrompts = (): boolean => prompts.isUsed;
  const hasResources = (): boolean => catalogue.hasResources;
  const offer = (method: string, isOffered: () => boolean, route: Route): Entry => ({
    method,
    isOffered,
    route,
  });
  return [
    offer(Method.discover, always, () => discover(catalogue, writer, options)),
    offer(Method.listTools, hasTools, page(catalogue.toolList)),
    offer(Method.callTool, hasTools, (incoming) => serveToolCall(incoming, calls)),
    offer(Method.listPrompts, hasPrompts, page(catalogue.promptList)),
    offer(Method.getPrompt, hasPrompts, (incoming) => servePromptGet(incoming, calls)),
    offer(Method.listResources, hasResources, (incoming) => serveResourceList(incoming, listed)),
    offer(Method.listResourceTemplates, hasResources, page(catalogue.templateList)),
    offer(Method.readResource, hasResources, (incoming) => serveResourceRead(incoming, calls)),
    offer(
      Method.complete,
      () => catalogue.hasCompletions,
      (incoming) => serveComplete(incoming, { ...calls, scopes }),
    ),
    offer(
      Method.listen,
      () => options.maxStreams > 0 && catalogue.lists.length + subscriptions.fields > 0,
      (incoming) =>
        subscriptions.listen(incoming, {
          lists: catalogue.lists,
          mayRead: (uri, principal) => mayRead(uri, principal, catalogue),
          usesOf: (uris, principal) => usesOf(uris, principal, catalogue),
          admit: (uses, exchange) => scopes.admit(uses, exchange),
        }),
    ),
  ];
}

function extensionEntries({ extended }: ResolvedOptions): readonly Entry[] {
  return (extended?.methods ?? []).map(([method, served]) => ({
    method,
    nameParam: served.nameParam,
    isOffered: always,
    route: (incoming) => {
      const missing = missingCapabilities(served.needs ?? {}, incoming.meta.capabilities);
      if (missing !== undefined) throw missingCapability(missing);
      return served.serve(incoming);
    },
  }));
}

function page(list: List<ListItem>): Route {
  return ({ params, exchange }: CheckedRequest) => list.page(params['cursor'], exchange.principal);
}

/** Answers `server/discover` (VM-6). */
function discover(catalogue: Catalogue, writer: ResultWriter, options: ResolvedOptions): string {
  const { instructions, cacheHintFor } = options;
  return writer.complete({
    supportedVersions: [...SUPPORTED_VERSIONS],
    capabilities: catalogue.capabilities,
    ...(instructions !== undefined && { instructions }),
    ...cacheHintFor('server/discover'),
  });
}

function always(): boolean {
  return true;
}
