/** `tools/call` (TO-5 to TO-7). */
import { quote } from '../../base/quote.ts';
import { matchParamHeaders } from '../../http/request-headers.ts';
import { isRecord } from '../../base/json/json.ts';
import type { CallToolResult } from '../../protocol/results.ts';
import { RpcError, invalidParams } from '../../protocol/rpc-error.ts';
import type { Checked, Unfit } from '../../schema/json/checked.ts';
import { discloseEngineFailure, discloseThrown, logBug } from '../requests/disclosed-error.ts';
import { assertRequirements, isVisible } from '../requests/flow-policy.ts';
import type { FlowCall, FlowEnd, FlowRequest } from '../flows/flow-call.ts';
import type { FlowRunner } from '../flows/flow-runner.ts';
import type { CheckedRequest, Written } from '../requests/checked-request.ts';
import type { Logger } from '../../base/logging/logger.ts';
import type { Registry } from '../registry/registry.ts';
import type { ResultWriter } from '../requests/result-writer.ts';
import { toToolResult, toolFailure } from './tool-result.ts';
import type { Context } from '../flows/context.ts';
import type { ToolRegistration } from './tool.ts';

export interface ToolCallDeps {
  readonly tools: Registry<ToolRegistration>;
  readonly runner: FlowRunner;
  readonly writer: ResultWriter;
  readonly logger: Logger;
}

/** @throws RpcError the error to send instead */
export function serveToolCall(
  incoming: CheckedRequest,
  deps: ToolCallDeps,
): Written | Promise<Written> {
  const { params, meta, exchange } = incoming;
  const tool = findTool(params['name'], incoming, deps.tools);
  const { paramHeaders, policy } = tool.definition;
  assertRequirements(policy, meta);
  const args = params['arguments'] ?? {};
  if (!isRecord(args)) throw invalidParams('params.arguments must be an object');
  if (paramHeaders.length > 0 && exchange.headers !== undefined) {
    matchParamHeaders(exchange.headers, paramHeaders, args);
  }
  const call = prepareToolCall(tool, args, incoming, deps);
  if (call instanceof Promise) return call.then((prepared) => run(prepared, deps));
  return run(call, deps);
}

function run(call: FlowCall | string, { runner }: ToolCallDeps): Written | Promise<Written> {
  return typeof call === 'string' ? call : runner.run(call);
}

const VALID: Checked = { ok: true, value: undefined };

/** Checks the arguments: a call to run, or the result that says what is wrong with them. */
export function prepareToolCall(
  tool: ToolRegistration,
  args: unknown,
  request: FlowRequest,
  deps: ToolCallDeps,
): FlowCall | string | Promise<FlowCall | string> {
  const { input } = tool.definition;
  const verdict = input === undefined ? VALID : input.check(args);
  if (verdict instanceof Promise) {
    return verdict.then((checked) => toCall(checked, tool, request, deps));
  }
  return toCall(verdict, tool, request, deps);
}

function toCall(
  checked: Checked,
  tool: ToolRegistration,
  request: FlowRequest,
  deps: ToolCallDeps,
): FlowCall | string {
  if (checked.ok) return flowCall(tool, checked.value, request, deps);
  logBug(checked, `inputSchema of tool ${quote(tool.key)}`, deps.logger);
  return deps.writer.complete(invalidArguments(checked));
}

function flowCall(
  tool: ToolRegistration,
  args: unknown,
  { params, meta, exchange }: FlowRequest,
  deps: ToolCallDeps,
): FlowCall {
  const { key: target, definition, wrapper } = tool;
  return {
    method: 'tools/call',
    target,
    params,
    meta,
    exchange,
    wrapper,
    args,
    policy: definition.policy,
    handler: (ctx) => callTool(tool, args, ctx),
    write: (end) => writeEnd(end, tool, deps),
  };
}

/** The end of a round as JSON text. @throws RpcError the error to send instead */
function writeEnd(
  end: FlowEnd,
  { key, definition }: ToolRegistration,
  { writer, logger }: ToolCallDeps,
): string | Promise<string> {
  if (end.type === 'asks') return writer.typed('input_required', end.result);
  if (end.type === 'value') {
    const result = toToolResult(end.value, definition.output);
    if (!(result instanceof Promise)) return writer.complete(result);
    return result.then((settled) => writer.complete(settled));
  }
  const where = `tool ${quote(key)}`;
  const disclosed =
    end.type === 'threw'
      ? discloseThrown(end.error, where, logger)
      : discloseEngineFailure(end.error, where, logger);
  if (disclosed instanceof RpcError) throw disclosed;
  return writer.complete(toolFailure(disclosed.message));
}

/** Runs a tool's callback: `(args, ctx)`, or `(ctx)` for a tool without an input schema. */
function callTool(tool: ToolRegistration, args: unknown, ctx: Context): unknown {
  const callback = tool.callback as (...args: unknown[]) => unknown;
  return tool.definition.input === undefined ? callback(ctx) : callback(args, ctx);
}

/** Unknown, disabled and invisible tools get the same error, `-32602` (T11). */
function findTool(
  name: unknown,
  { exchange }: CheckedRequest,
  tools: Registry<ToolRegistration>,
): ToolRegistration {
  if (typeof name !== 'string') throw invalidParams('params.name must be a string');
  const tool = tools.get(name);
  if (tool === undefined || !isVisible(tool.definition.policy, exchange.principal)) {
    throw invalidParams(`Unknown tool: ${name.slice(0, 128)}`);
  }
  return tool;
}

/** The model can correct invalid arguments, so they are reported in a result (T12). */
function invalidArguments(checked: Unfit): CallToolResult {
  return toolFailure(
    `Invalid arguments:\n${checked.problems.map((line) => `- ${line}`).join('\n')}`,
  );
}
