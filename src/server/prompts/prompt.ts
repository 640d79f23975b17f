import { invalidOptions } from '../../base/errors.ts';
import { type JsonSchema, isRecord } from '../../base/json/json.ts';
import { naming } from '../../base/naming.ts';
import { quote } from '../../base/quote.ts';
import { aSchema, nonEmptyText } from '../../base/options/option-checks.ts';
import { blockProblem } from '../../protocol/content-problem.ts';
import type {
  GetPromptResult,
  InputRequiredResult,
  Prompt,
  PromptArgument,
  PromptMessage,
} from '../../protocol/results.ts';
import { type Schema, resolveSchema } from '../../schema/author-schema.ts';
import { propertiesOf, resolved } from '../../schema/json/object-form.ts';
import { assertSound } from '../../schema/json/sound-schema.ts';
import type { AuthorSchema, Infer, InferArguments } from '../../schema/standard.ts';
import { type Completer, completersOf, membersOf } from '../registry/completable.ts';
import type { Context } from '../flows/context.ts';
import {
  FLOW_OPTIONS,
  type FlowDefaults,
  type FlowOptions,
  type FlowPolicy,
  resolvePolicy,
} from '../requests/flow-policy.ts';
import { DISPLAY_FIELDS, type DisplayFields, displayFieldsOf } from '../registry/display-fields.ts';
import { COMMON_NOTES, type ConfigRules } from '../registry/registered-config.ts';
import type { GuardConfig } from '../extended-options.ts';
import type { WarnOnce } from '../../base/logging/warn-once.ts';
import type { Kind, Registered, Registration } from '../registry/registration.ts';
import { takesText } from './text-arguments.ts';

/**
 * Describes a prompt.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/server/prompts
 */
export interface PromptConfig<Args extends AuthorSchema | undefined = AuthorSchema | undefined>
  extends FlowOptions<InferArguments<Args>>, DisplayFields, GuardConfig {
  /** Schema of the arguments, which can only be strings. Default: the prompt has no arguments. */
  readonly argsSchema?: Args;
}

/** The text of a user message, several messages, or a full result. */
export type PromptOutput = string | PromptMessage[] | GetPromptResult | InputRequiredResult;

/** `(args, ctx)`, or `(ctx)` for a prompt without arguments. */
// Asks for `undefined` first: in projects that are not strict, it extends a schema too.
export type PromptCallback<Args extends AuthorSchema | undefined = undefined> =
  Args extends undefined
    ? (ctx: Context) => PromptOutput | Promise<PromptOutput>
    : (args: Infer<Args>, ctx: Context) => PromptOutput | Promise<PromptOutput>;

/** Everything about a prompt that is computed once. */
export interface PromptDefinition {
  readonly wire: Prompt;
  readonly args: Schema | undefined;
  readonly completers: ReadonlyMap<string, Completer>;
  readonly policy: FlowPolicy;
}

export type NamedPromptConfig = PromptConfig & { readonly name: string };

/** The callback of any prompt. */
export type AnyPromptCallback = (...args: never[]) => unknown;

/** The handle of a prompt; what `registerPrompt` returns. */
export type RegisteredPrompt = Registered<PromptConfig, (...args: never[]) => unknown>;

/** A registered prompt inside the server. */
export type PromptRegistration = Registration<
  NamedPromptConfig,
  PromptDefinition,
  AnyPromptCallback
>;

const PROMPT_RULES: ConfigRules<Omit<NamedPromptConfig, keyof GuardConfig>> = {
  table: { name: nonEmptyText, ...DISPLAY_FIELDS, ...FLOW_OPTIONS, argsSchema: aSchema },
  notes: { ...COMMON_NOTES, inputSchema: "It is 'argsSchema' for prompts." },
  // Listings have it; here the schema says it.
  ignored: { arguments: "The arguments are those of 'argsSchema'." },
};

export function promptKind(
  defaults: FlowDefaults,
  warn: WarnOnce,
): Kind<NamedPromptConfig, PromptDefinition> {
  return {
    what: 'Prompt',
    // What belongs to extensions is added where they are.
    rules: PROMPT_RULES as ConfigRules<NamedPromptConfig>,
    warn,
    keyOf: (config) => config.name,
    define: (config) => define(config, defaults, warn),
  };
}

export function callPrompt(prompt: PromptRegistration, args: unknown, ctx: Context): unknown {
  const callback = prompt.callback as (...args: unknown[]) => unknown;
  return prompt.definition.args === undefined ? callback(ctx) : callback(args, ctx);
}

/** @throws TypeError for a value that is not a result; the message is for the log */
export function toPromptResult(value: unknown, prompt: PromptDefinition): GetPromptResult {
  const { description } = prompt.wire;
  const shared = description === undefined ? {} : { description };
  if (typeof value === 'string') {
    return { ...shared, messages: [{ role: 'user', content: { type: 'text', text: value } }] };
  }
  if (Array.isArray(value)) return { ...shared, messages: checkedMessages(value) };
  if (isRecord(value) && Array.isArray(value['messages'])) {
    return { ...shared, ...value, messages: checkedMessages(value['messages']) };
  }
  throw new TypeError(
    'the prompt returned something else: return a string, an array of messages or { messages }',
  );
}

function checkedMessages(messages: readonly unknown[]): PromptMessage[] {
  for (const [i, message] of messages.entries()) {
    const problem = messageProblem(message);
    if (problem !== undefined) throw new TypeError(`messages[${i}] ${problem}`);
  }
  return messages as PromptMessage[];
}

function messageProblem(message: unknown): string | undefined {
  if (!isRecord(message)) return 'must be an object, such as { role, content }';
  const { role, content } = message;
  if (role !== 'user' && role !== 'assistant') return "needs a 'role': user or assistant";
  if (Array.isArray(content)) return "has a list as its 'content': it is one block";
  const problem = blockProblem(content);
  return problem === undefined ? undefined : `has a 'content' that ${problem}`;
}

function define(
  config: NamedPromptConfig,
  defaults: FlowDefaults,
  warn: WarnOnce,
): PromptDefinition {
  const { name, argsSchema } = config;
  const { args, listed } = naming(
    () => `argsSchema of prompt ${quote(name)}`,
    () => {
      const schema = argsSchema && resolveSchema(argsSchema);
      return { args: schema, listed: schema && promptArguments(schema.input, config, warn) };
    },
  );
  return {
    wire: {
      name,
      ...displayFieldsOf(config, warn),
      ...(listed !== undefined && { arguments: listed }),
    },
    args,
    completers: completersOf(argsSchema),
    policy: resolvePolicy(config, defaults, warn),
  };
}

function promptArguments(
  schema: JsonSchema,
  { name: prompt, argsSchema }: NamedPromptConfig,
  warn: WarnOnce,
): PromptArgument[] {
  const references = assertSound(schema);
  const { type } = resolved(schema, references);
  if (type !== undefined && ![type].flat().includes('object')) {
    throw invalidOptions('It must be of type object.');
  }
  const members: Record<string, unknown> = { ...membersOf(argsSchema) };
  return [...propertiesOf(schema, references)].map(([name, property]) => {
    if (!takesText(property.schema, members[name], references)) warnOfArgument(prompt, name, warn);
    const { title, description } = property.schema;
    return {
      name,
      ...(typeof title === 'string' && { title }),
      ...(typeof description === 'string' && { description }),
      required: property.isRequired,
    };
  });
}

function warnOfArgument(prompt: string, name: string, warn: WarnOnce): void {
  warn(
    `argument ${prompt} ${name}`,
    `Prompt ${quote(prompt)}: argument ${quote(name)} takes no text, and arguments of prompts are always ` +
      'text: whoever gives it is refused. Take text and convert it, as z.coerce.number() does.',
  );
}
