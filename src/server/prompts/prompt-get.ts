/** `prompts/get` (PR-2 to PR-4). */
import { quote } from '../../base/quote.ts';
import { isRecord, withoutNull } from '../../base/json.ts';
import { invalidParams } from '../../protocol/rpc-error.ts';
import { logBug, wireErrorFor } from '../requests/disclosed-error.ts';
import { assertRequirements, isVisible } from '../requests/flow-policy.ts';
import type { FlowRunner } from '../flows/flow-runner.ts';
import type { CheckedRequest } from '../requests/checked-request.ts';
import type { Logger } from '../../base/logger.ts';
import { type PromptRegistration, callPrompt, toPromptResult } from './prompt.ts';
import type { Registry } from '../registry/registry.ts';
import type { ResultWriter } from '../requests/result-writer.ts';

export interface PromptGetDeps {
  readonly prompts: Registry<PromptRegistration>;
  readonly runner: FlowRunner;
  readonly writer: ResultWriter;
  readonly logger: Logger;
}

/** The result as JSON text. @throws RpcError the error to send instead */
export async function servePromptGet(
  incoming: CheckedRequest,
  deps: PromptGetDeps,
): Promise<string> {
  const { params, meta, exchange } = incoming;
  const prompt = findPrompt(params['name'], incoming, deps.prompts);
  const { definition, key: target } = prompt;
  const { policy } = definition;
  assertRequirements(policy, meta);
  const args = await checkedArguments(prompt, params['arguments'] ?? {}, deps.logger);
  const end = await deps.runner.run({
    method: 'prompts/get',
    target,
    params,
    meta,
    exchange,
    policy,
    handler: (ctx) => callPrompt(prompt, args, ctx),
  });
  if (end.type === 'asks') return deps.writer.typed('input_required', end.result);
  if (end.type === 'value') return deps.writer.complete(toPromptResult(end.value, definition));
  throw wireErrorFor(end, `prompt ${quote(target)}`, deps.logger);
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
