/** `completion/complete` (CO-1, CO-2). */
import { type UnknownRecord, isRecord, withoutNull } from '../base/json/json.ts';
import { quote } from '../base/quote.ts';
import { invalidParams } from '../protocol/rpc-error.ts';
import type { Completer, CompletionContext } from './registry/completable.ts';
import { type FlowPolicy, isVisible } from './requests/flow-policy.ts';
import { normalUri } from './resources/normal-uri.ts';
import type { CheckedRequest } from './requests/checked-request.ts';
import type { PromptRegistration } from './prompts/prompt.ts';
import type { Registry } from './registry/registry.ts';
import type { ResourceRegistration, TemplateRegistration } from './resources/resource.ts';
import type { ScopeCheck } from './scopes/scope-check.ts';
import type { ResultWriter } from './requests/result-writer.ts';

const MAX_VALUES = 100;

export interface CompleteDeps {
  readonly prompts: Registry<PromptRegistration>;
  readonly resources: Registry<ResourceRegistration>;
  readonly templates: Registry<TemplateRegistration>;
  readonly writer: ResultWriter;
  readonly scopes: ScopeCheck;
}

/** What is to be completed. */
interface Completed {
  /** For the log. */
  readonly of: string;
  readonly policy: FlowPolicy;
  readonly completers: ReadonlyMap<string, Completer>;
}

/** The result as JSON text. @throws RpcError `-32602` for an invalid reference or argument */
export async function serveComplete(incoming: CheckedRequest, deps: CompleteDeps): Promise<string> {
  const { ref, argument, context } = incoming.params;
  if (!isRecord(ref)) throw invalidParams('params.ref must be an object');
  if (!isRecord(argument)) throw invalidParams('params.argument must be an object');
  const { name, value } = argument;
  if (typeof name !== 'string' || typeof value !== 'string') {
    throw invalidParams('params.argument needs a name and a value, both strings');
  }
  const { of, policy, completers } = find(ref, incoming, deps);
  const known = readContext(context);
  const { scopes } = policy;
  if (scopes !== undefined) {
    // Nobody has checked these arguments: they are not all there yet.
    const args = { ...known?.arguments, [name]: value };
    await deps.scopes.admit([{ of, scopes, args }], incoming.exchange);
  }
  const completer = completers.get(name);
  const values = completer === undefined ? [] : await completer(value, known);
  return deps.writer.complete({
    completion: {
      values: values.slice(0, MAX_VALUES),
      total: values.length,
      hasMore: values.length > MAX_VALUES,
    },
  });
}

function find(
  ref: UnknownRecord,
  { exchange }: CheckedRequest,
  { prompts, resources, templates }: CompleteDeps,
): Completed {
  const { type, name, uri } = ref;
  if (type === 'ref/prompt' && typeof name === 'string') {
    const definition = prompts.get(name)?.definition;
    if (definition && isVisible(definition.policy, exchange.principal)) {
      const { policy, completers } = definition;
      return { of: `completing prompt ${quote(name)}`, policy, completers };
    }
    throw invalidParams('Unknown prompt');
  }
  if (type === 'ref/resource' && typeof uri === 'string') {
    const found = templates
      .list()
      .map((template) => template.definition)
      .filter(({ policy }) => isVisible(policy, exchange.principal))
      .find(({ wire, template }) => wire.uriTemplate === uri || template.matcher.match(uri));
    const of = `completing ${quote(uri)}`;
    if (found) return { of, policy: found.policy, completers: found.template.completers };
    const resource = resources.get(normalUri(uri) ?? uri)?.definition;
    if (resource && isVisible(resource.policy, exchange.principal)) {
      return { of, policy: resource.policy, completers: NO_COMPLETERS };
    }
    throw invalidParams('Unknown resource template');
  }
  throw invalidParams('params.ref must be a ref/prompt with a name or a ref/resource with a uri');
}

const NO_COMPLETERS: ReadonlyMap<string, Completer> = new Map();

function readContext(context: unknown): CompletionContext | undefined {
  const args = isRecord(context) ? (context['arguments'] ?? undefined) : undefined;
  if (args === undefined) return undefined;
  const texts = isRecord(args) ? withoutNull(args) : undefined;
  if (texts && Object.values(texts).every((value) => typeof value === 'string')) {
    return { arguments: texts as Record<string, string> };
  }
  throw invalidParams('params.context.arguments must be an object of strings');
}
