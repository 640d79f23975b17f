/** `tools/call` (checklist TO-5 to TO-7, EL, MS). */
import { matchParamHeaders } from '../http/request-headers.ts';
import { isRecord } from '../protocol/json.ts';
import type { CallToolResult } from '../protocol/results.ts';
import { RpcError, invalidParams } from '../protocol/rpc-error.ts';
import type { Checked } from '../schema/checked.ts';
import { tellFailed, tellThrown } from './failures.ts';
import { assertRequirements, isVisible } from './flow-policy.ts';
import type { FlowRunner } from './flow-runner.ts';
import type { Incoming } from './incoming.ts';
import type { Logger } from '../protocol/logger.ts';
import type { Registry } from './registry.ts';
import type { ResultWriter } from './result-writer.ts';
import { toToolResult, toolFailure } from './tool-result.ts';
import { type ToolRegistration, callTool } from './tools.ts';

export interface ToolCallDeps {
  readonly tools: Registry<ToolRegistration>;
  readonly runner: FlowRunner;
  readonly writer: ResultWriter;
  readonly logger: Logger;
}

/** The result as JSON text. @throws RpcError what goes out as an error instead */
export async function serveToolCall(incoming: Incoming, deps: ToolCallDeps): Promise<string> {
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
  // Awaiting what is there already would cost a turn of the queue on every call.
  const checked = verdict instanceof Promise ? await verdict : verdict;
  if (!checked.ok) return deps.writer.complete(invalidArguments(checked));
  return run(tool, checked.value, incoming, deps);
}

const VALID: Checked = { ok: true, value: undefined };

async function run(
  tool: ToolRegistration,
  args: unknown,
  { params, meta, exchange }: Incoming,
  { runner, writer, logger }: ToolCallDeps,
): Promise<string> {
  const { key: target, definition } = tool;
  const where = `tool '${target}'`;
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
  const told =
    end.type === 'threw'
      ? tellThrown(end.error, where, logger)
      : tellFailed(end.error, where, logger);
  if (told instanceof RpcError) throw told;
  return writer.complete(toolFailure(told.message));
}

/** Unknown, disabled and invisible tools are the same to the caller: `-32602` (T11). */
function findTool(
  name: unknown,
  { exchange }: Incoming,
  tools: Registry<ToolRegistration>,
): ToolRegistration {
  if (typeof name !== 'string') throw invalidParams('params.name must be a string');
  const tool = tools.get(name);
  if (tool === undefined || !isVisible(tool.definition.policy, exchange.principal)) {
    throw invalidParams(`Unknown tool: ${name.slice(0, 128)}`);
  }
  return tool;
}

/** Bad values are for the model to correct, so they are a result (checklist T12). */
function invalidArguments(checked: Checked & { ok: false }): CallToolResult {
  return toolFailure(
    `Invalid arguments:\n${checked.problems.map((line) => `- ${line}`).join('\n')}`,
  );
}
