/** `prompts/get` (PR-2 to PR-4). */
import { quote } from '../../base/quote.ts';
import { isRecord, withoutNull } from '../../base/json/json.ts';
import { invalidParams } from '../../protocol/rpc-error.ts';
import { logBug, wireErrorFor } from '../requests/disclosed-error.ts';
import { assertRequirements, isVisible } from '../requests/flow-policy.ts';
import type { FlowCall, FlowEnd, FlowRequest } from '../flows/flow-call.ts';
import type { FlowRunner } from '../flows/flow-runner.ts';
import type { CheckedRequest, Written } from '../requests/checked-request.ts';
import type { Logger } from '../../base/logging/logger.ts';
import { type PromptRegistration, callPrompt, toPromptResult } from './prompt.ts';
import type { Registry } from '../registry/registry.ts';
import type { ResultWriter } from '../requests/result-writer.ts';

export interface PromptGetDeps {
  readonly prompts: Registry<PromptRegistration>;
  readonly runner: FlowRunner;
  readonly writer: ResultWriter;
  readonly logger: Logger;
}

/** @throws RpcError the error to send instead */
export async function servePromptGet(
  incoming: CheckedRequest,
  deps: PromptGetDeps,
): Promise<Written> {
  const { params, meta } = incoming;
  const prompt = findPrompt(params['name'], incoming, deps.prompts);
  assertRequirements(prompt.definition.policy, meta);
  const call = await preparePromptGet(prompt, params['arguments'] ?? {}, incoming, deps);
  return deps.runner.run(call);
}

/** Checks the arguments. @throws RpcError */
export async function preparePromptGet(
  prompt: PromptRegistration,
  given: unknown,
  { params, meta, exchange }: FlowRequest,
  deps: PromptGetDeps,
): Promise<FlowCall> {
  const args = await checkedArguments(prompt, given, deps.logger);
  const { definition, key: target, wrapper } = prompt;
  return {
    method: 'prompts/get',
    target,
    params,
    meta,
    exchange,
    wrapper,
    args,
    policy: definition.policy,
    handler: (ctx) => callPrompt(prompt, args, ctx),
    write: (end) => writeEnd(end, prompt, deps),
  };
}

function writeEnd(
  end: FlowEnd,
  { key, definition }: PromptRegistration,
  { writer, logger }: PromptGetDeps,
): string {
  if (end.type === 'asks') return writer.typed('input_required', end.result);
  if (end.type === 'value') return writer.complete(toPromptResult(end.value, definition));
  throw wireErrorFor(end, `prompt ${quote(key)}`, logger);
}

function findPrompt(
  name: unknown,
  { exchange }: CheckedRequest,
  prompts: Registry<PromptRegistration>,
): PromptRegistration {
  if (typeof name !== 'string') throw invalidParams('params.name must be a string');
  const prompt = prompts.get(name);
  if (prompt === undefined || !isVisible(prompt.definition.policy, exchange.principal)) {
    throw invalidParams(`Unknown prompt: ${name.slice(0, 128)}`);
  }
  return prompt;
}

async function checkedArguments(
  prompt: PromptRegistration,
  given: unknown,
  logger: Logger,
): Promise<unknown> {
  const args = isRecord(given) ? withoutNull(given) : undefined;
  if (args === undefined || !Object.values(args).every((value) => typeof value === 'string')) {
    throw invalidParams('params.arguments must be an object of strings');
  }
  const schema = prompt.definition.args;
  if (schema === undefined) return args;
  const checked = await schema.check(args);
  if (checked.ok) return checked.value;
  logBug(checked, `argsSchema of prompt ${quote(prompt.key)}`, logger);
  throw invalidParams(`Invalid arguments: ${checked.problems.join('; ')}`);
}
