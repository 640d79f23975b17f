import { Method } from '../protocol/methods.ts';
import { SUPPORTED_VERSIONS } from '../protocol/version.ts';
import type { Catalogue } from './catalogue.ts';
import { serveComplete } from './complete.ts';
import type { FlowRunner } from './flows/flow-runner.ts';
import type { CheckedRequest, Route } from './requests/checked-request.ts';
import type { List, ListItem } from './registry/list.ts';
import type { ResolvedOptions } from './options.ts';
import { servePromptGet } from './prompts/prompt-get.ts';
import { serveResourceList } from './resources/resource-list.ts';
import { mayRead, serveResourceRead } from './resources/resource-read.ts';
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
}

/** A route, and whether the server has its capability. */
interface Entry {
  readonly route: Route;
  readonly isOffered: () => boolean;
}

/** The routes of a server. A method exists while the server has its capability (EN-6, VM-7). */
export function routesOf({ catalogue, runner, writer, subscriptions, options }: RouteDeps): Routes {
  const { tools, prompts, resources, templates } = catalogue;
  const { logger, pageSize } = options;
  const resourceListDeps = {
    list: catalogue.resourceList,
    templates,
    cacheHint: options.cacheHintFor('resources/list'),
    pageSize,
    writer,
  };
  const hasTools = (): boolean => tools.isUsed;
  const hasPrompts = (): boolean => prompts.isUsed;
  const hasResources = (): boolean => catalogue.hasResources;
  const entries = new Map<string, Entry>();
  const offer = (method: string, isOffered: () => boolean, route: Route): void =>
    void entries.set(method, { route, isOffered });

  offer(Method.discover, always, () => discover(catalogue, writer, options));
  offer(Method.listTools, hasTools, page(catalogue.toolList));
  offer(Method.callTool, hasTools, (incoming) =>
    serveToolCall(incoming, { tools, runner, writer, logger }),
  );
  offer(Method.listPrompts, hasPrompts, page(catalogue.promptList));
  offer(Method.getPrompt, hasPrompts, (incoming) =>
    servePromptGet(incoming, { prompts, runner, writer, logger }),
  );
  offer(Method.listResources, hasResources, (incoming) =>
    serveResourceList(incoming, resourceListDeps),
  );
  offer(Method.listResourceTemplates, hasResources, page(catalogue.templateList));
  offer(Method.readResource, hasResources, (incoming) =>
    serveResourceRead(incoming, { resources, templates, runner, writer, logger }),
  );
  offer(
    Method.complete,
    () => catalogue.hasCompletions,
    (incoming) => serveComplete(incoming, { prompts, resources, templates, writer }),
  );
  offer(
    Method.listen,
    () => options.maxStreams > 0 && catalogue.lists.length > 0,
    ({ message, exchange }) =>
      subscriptions.listen(message, exchange, {
        lists: catalogue.lists,
        mayRead: (uri, principal) => mayRead(uri, principal, catalogue),
      }),
  );
  return (method) => {
    const entry = entries.get(method);
    return entry?.isOffered() ? entry.route : undefined;
  };
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
