/** `tools/call` (TO-5 to TO-7). */
import { quote } from '../../base/quote.ts';
import { matchParamHeaders } from '../../http/request-headers.ts';
import { isRecord } from '../../base/json.ts';
import type { CallToolResult } from '../../protocol/results.ts';
import { RpcError, invalidParams } from '../../protocol/rpc-error.ts';
import type { Checked, Unfit } from '../../schema/checked.ts';
import { discloseEngineFailure, discloseThrown, logBug } from '../requests/disclosed-error.ts';
import { assertRequirements, isVisible } from '../requests/flow-policy.ts';
import type { FlowRunner } from '../flows/flow-runner.ts';
import type { CheckedRequest } from '../requests/checked-request.ts';
import type { Logger } from '../../base/logger.ts';
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

/** The result as JSON text. @throws RpcError the error to send instead */
export async function serveToolCall(incoming: CheckedRequest, deps: ToolCallDeps): Promise<string> {
  const { params, meta, exchange } = incoming;
  const tool = findTool(params['name'], incoming, deps.tools);
  const { input, paramHeaders, policy } = tool.definition;
  assertRequirements(policy, meta);
  const args = params['arguments'] ?? {};
  if (!isRecord(args)) throw invalidParams('params.arguments must be an object');
  if (paramHeaders.length > 0 && exchange.headers !== undefined) {
    matchParamHeaders(exchange.headers, paramHeaders, args);
  }
  const verdict = input === undefined ? VALID : input.check(args);
  // Awaiting a value that is not a promise would cost every call a turn of the microtask queue.
  const checked = verdict instanceof Promise ? await verdict : verdict;
  if (!checked.ok) {
    logBug(checked, `inputSchema of tool ${quote(tool.key)}`, deps.logger);
    return deps.writer.complete(invalidArguments(checked));
  }
  return run(tool, checked.value, incoming, deps);
}

const VALID: Checked = { ok: true, value: undefined };

async function run(
  tool: ToolRegistration,
  args: unknown,
  { params, meta, exchange }: CheckedRequest,
  { runner, writer, logger }: ToolCallDeps,
): Promise<string> {
  const { key: target, definition } = tool;
  const where = `tool ${quote(target)}`;
  const end = await runner.run({
    method: 'tools/call',
    target,
    params,
    meta,
    exchange,
    policy: definition.policy,
    handler: (ctx) => callTool(tool, args, ctx),
  });
  if (end.type === 'asks') return writer.typed('input_required', end.result);
  if (end.type === 'value') {
    const result = toToolResult(end.value, definition.output);
    return writer.complete(result instanceof Promise ? await result : result);
  }
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
