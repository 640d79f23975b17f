/** Rounds that no request asks for: workers have no other way to run a handler. */
import type { Exchange } from '../protocol/dispatcher.ts';
import { quote } from '../base/quote.ts';
import { InFlight } from '../protocol/in-flight.ts';
import { invalidParams } from '../protocol/rpc-error.ts';
import type { AskingMethod } from '../protocol/names/methods.ts';
import type { Catalogue } from './catalogue.ts';
import { never } from '../flow/round/calls/deferred.ts';
import type { Result } from '../protocol/results.ts';
import type { Live, PlayedFrom, RoundParts, ScopedUse, ServerPort, ToolView } from './extension.ts';
import type { FlowCall, FlowRequest } from './flows/flow-call.ts';
import type { FlowRunner } from './flows/flow-runner.ts';
import { ExtensionStanding } from './flows/lazy-standing.ts';
import type { Logger } from '../base/logging/logger.ts';
import { preparePromptGet } from './prompts/prompt-get.ts';
import type { Finished } from './requests/finished.ts';
import type { ResultWriter } from './requests/result-writer.ts';
import { prepareResourceRead } from './resources/resource-read.ts';
import { isVisible } from './requests/flow-policy.ts';
import type { ScopeCheck } from './scopes/scope-check.ts';
import { prepareToolCall } from './tools/tool-call.ts';
import type { ToolRegistration } from './tools/tool.ts';

export interface PlayDeps {
  readonly catalogue: Catalogue;
  readonly runner: FlowRunner;
  readonly writer: ResultWriter;
  readonly logger: Logger;
  readonly scopes: ScopeCheck;
}

/** The server, as its extensions use it. */
export function serverPort(deps: PlayDeps): ServerPort {
  return {
    standing: ExtensionStanding.of,
    play: (target, from, parts) => play(target, from, parts, deps),
    renewed: (call, state) => deps.runner.options.states.renewed(call, state),
    write: (type, result) => deps.writer.typed(type, result as Result),
    admit: (uses, exchange) => deps.scopes.admit(uses, exchange),
    tool: (name) => viewOf(deps.catalogue.tools.get(name)),
    registerTool: (name, config, callback) => deps.catalogue.addTool(name, config, callback),
  };
}

function viewOf(tool: ToolRegistration | undefined): ToolView | undefined {
  if (tool === undefined) return undefined;
  const { policy } = tool.definition;
  return {
    versions: [policy.version, ...policy.accepts],
    limits: policy.limits,
    mayUse: (principal) => isVisible(policy, principal),
    hasScopes: policy.scopes !== undefined,
    isOpen: policy.scopes === undefined && policy.visible === undefined,
    useWith: (args) => useOf(tool, args),
  };
}

/** With arguments that no longer fit, as they are: its author's function can refuse them. */
async function useOf({ key, definition }: ToolRegistration, args: unknown): Promise<ScopedUse> {
  const { scopes } = definition.policy;
  const checked = await definition.input?.check(args);
  return { of: `tools/call ${quote(key)}`, scopes, args: checked?.ok ? checked.value : args };
}

type Target = Parameters<ServerPort['play']>[0];

/** @throws RpcError for a target that is not registered, and for arguments that no longer fit */
async function play(
  { method, target, args }: Target,
  { standing, principal, meta }: PlayedFrom,
  parts: RoundParts | undefined,
  deps: PlayDeps,
): Promise<Live> {
  const exchange = exchangeOf(principal);
  const request = { params: { arguments: args }, meta, exchange };
  const call = await PREPARE[method](target, args, request, deps);
  if (typeof call === 'string') return endedRound({ result: call });
  return deps.runner.played(call, (standing as ExtensionStanding).standing, parts);
}

type Prepare = (
  target: string,
  args: unknown,
  request: FlowRequest,
  deps: PlayDeps,
) => FlowCall | string | Promise<FlowCall | string>;

const PREPARE: Readonly<Record<AskingMethod, Prepare>> = {
  'tools/call': (target, args, request, { catalogue, ...deps }) => {
    const { tools } = catalogue;
    return prepareToolCall(known(tools.get(target), target), args, request, { ...deps, tools });
  },
  'prompts/get': (target, args, request, { catalogue, ...deps }) => {
    const { prompts } = catalogue;
    return preparePromptGet(known(prompts.get(target), target), args, request, {
      ...deps,
      prompts,
    });
  },
  'resources/read': (target, _args, request, { catalogue, ...deps }) => {
    const { resources, templates } = catalogue;
    return prepareResourceRead(target, request, { ...deps, resources, templates });
  },
};

function known<T>(item: T | undefined, target: string): T {
  if (item === undefined) throw invalidParams(`Not registered: ${target}`);
  return item;
}

/** Nobody listens, and nobody can leave. */
function exchangeOf(principal: Exchange['principal']): Exchange {
  return { principal, streams: false, notify: () => undefined, inFlight: new InFlight() };
}

/** For arguments that no longer fit: there is a reply, and no handler has run. */
function endedRound(finished: Finished): Live {
  const isOver = { entries: [], answers: [], asks: [], dropped: [], isOver: true };
  return {
    owner: undefined,
    age: 0,
    finished: Promise.resolve(finished),
    wasAborted: false,
    settled: Promise.resolve(),
    deliver: () => [],
    moveTo: async () => isOver,
    letGo: () => undefined,
    suspend: () => undefined,
    cancel: () => undefined,
    ask: () => never(),
    fail: () => undefined,
  };
}
