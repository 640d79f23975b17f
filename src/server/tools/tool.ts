import { paramHeaders as paramHeadersOf, type ParamHeader } from '../../http/param-headers.ts';
import { invalidOptions } from '../../base/errors.ts';
import { misspelt } from '../../base/options/nearest.ts';
import { aSchema, anyText, flag } from '../../base/options/option-checks.ts';
import { type JsonSchema, isRecord } from '../../base/json/json.ts';
import { naming } from '../../base/naming.ts';
import { quote } from '../../base/quote.ts';
import type { Tool, ToolAnnotations } from '../../protocol/types/tool.ts';
import { type Schema, resolveSchema } from '../../schema/author-schema.ts';
import { oversize } from '../../schema/json/limits.ts';
import { withObjectType } from '../../schema/json/object-form.ts';
import { assertSound } from '../../schema/json/sound-schema.ts';
import type { AuthorSchema, Infer, InferArguments } from '../../schema/standard.ts';
import type { GuardConfig, TaskConfig } from '../extended-options.ts';
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
import type { WarnOnce } from '../../base/logging/warn-once.ts';
import type { ToolOutput } from './tool-result.ts';
import type { Kind, Registered, Registration } from '../registry/registration.ts';

/**
 * Describes a tool.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/server/tools
 */
export interface ToolConfig<
  In extends AuthorSchema | undefined = AuthorSchema | undefined,
  Out extends AuthorSchema | undefined = AuthorSchema | undefined,
>
  extends FlowOptions<InferArguments<In>>, DisplayFields, GuardConfig, TaskConfig {
  /** Schema of the arguments, of type object. Default: the tool has no arguments. */
  readonly inputSchema?: In;
  /** Schema of the structured result. Default: the result is not structured. */
  readonly outputSchema?: Out;
  /** Hints on the tool's effects: read-only, destructive, idempotent. Default: none. */
  readonly annotations?: ToolAnnotations;
}

/** `(args, ctx)`, or `(ctx)` for a tool without an input schema. */
// Asks for `undefined` first: in projects that are not strict, it extends a schema too.
export type ToolCallback<
  In extends AuthorSchema | undefined = undefined,
  Out extends AuthorSchema | undefined = undefined,
> = In extends undefined
  ? (ctx: Context) => ToolOutput<Out> | Promise<ToolOutput<Out>>
  : (args: Infer<In>, ctx: Context) => ToolOutput<Out> | Promise<ToolOutput<Out>>;

/** Everything about a tool that is computed once. */
export interface ToolDefinition {
  readonly wire: Tool;
  readonly input: Schema | undefined;
  readonly output: Schema | undefined;
  readonly paramHeaders: readonly ParamHeader[];
  readonly policy: FlowPolicy;
}

/** A tool's config and name. */
export type NamedToolConfig = ToolConfig & { readonly name: string };

/** The callback of any tool. */
export type AnyToolCallback = (...args: never[]) => unknown;

/** The handle of a tool; what `registerTool` returns. */
export type RegisteredTool = Registered<ToolConfig, (...args: never[]) => unknown>;

/** A registered tool inside the server. */
export type ToolRegistration = Registration<NamedToolConfig, ToolDefinition, AnyToolCallback>;

const NO_ARGUMENTS = { type: 'object', properties: {} } as const;

const TOOL_RULES: ConfigRules<Omit<NamedToolConfig, keyof (GuardConfig & TaskConfig)>> = {
  table: {
    name: isToolName,
    ...DISPLAY_FIELDS,
    ...FLOW_OPTIONS,
    inputSchema: aSchema,
    outputSchema: aSchema,
    annotations: areToolAnnotations,
  },
  notes: {
    ...COMMON_NOTES,
    paramsSchema: "It is 'inputSchema' here, in an update too.",
    argsSchema: "It is 'inputSchema' for tools.",
    parameters: "It is 'inputSchema' here.",
  },
  ignored: { execution: "For tasks there is the member 'task', with a store." },
};

export function toolKind(
  defaults: FlowDefaults,
  warn: WarnOnce,
): Kind<NamedToolConfig, ToolDefinition> {
  return {
    what: 'Tool',
    // What belongs to extensions is added where they are.
    rules: TOOL_RULES as ConfigRules<NamedToolConfig>,
    warn,
    keyOf: (config) => config.name,
    define: (config) => define(config, defaults, warn),
  };
}

/** A name that clients can show (TO-4). */
function isToolName(name: unknown): string | undefined {
  const is = typeof name === 'string' && /^[^\p{Cc}\p{Cs}]{1,128}$/u.test(name);
  return is ? undefined : 'must have 1 to 128 characters, and no control characters';
}

const ANNOTATIONS = ['title', 'readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'];

/** Members that later versions add are sent as they are. */
function areToolAnnotations(value: unknown): string | undefined {
  if (!isRecord(value)) return 'must be an object';
  const slip = misspelt(value, ANNOTATIONS);
  if (slip !== undefined) return `has '${slip[0]}', and there is '${slip[1]}'`;
  const { title, readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = value;
  const hints = { readOnlyHint, destructiveHint, idempotentHint, openWorldHint };
  const wrong = Object.entries(hints).find(([, hint]) => hint !== undefined && flag(hint));
  if (wrong !== undefined) return `has '${wrong[0]}', which must be true or false`;
  return title === undefined || anyText(title) === undefined
    ? undefined
    : "has 'title', which must be text";
}

/** Not all clients take a name with other characters than these (TO-4). */
function warnOfName(name: string, warn: WarnOnce): void {
  if (/^[A-Za-z0-9_.-]+$/.test(name)) return;
  const allowed = 'A-Z a-z 0-9 _ - .';
  warn(
    `name ${name}`,
    `Tool ${quote(name)}: clients may refuse names with characters other than ${allowed}`,
  );
}

/** Clients bound what they check: a schema can be too large for them (SE-1). */
function warnOfSize(tool: string, member: string, schema: JsonSchema, warn: WarnOnce): void {
  const problem = oversize(schema);
  if (problem === undefined) return;
  warn(`${member} ${tool}`, `Tool ${quote(tool)}: clients may refuse its ${member}: ${problem}`);
}

/** @throws RondoError for a schema not of type object (TO-3) */
function define(config: NamedToolConfig, defaults: FlowDefaults, warn: WarnOnce): ToolDefinition {
  const { name, annotations } = config;
  warnOfName(name, warn);
  const { inputSchema, input, paramHeaders } = naming(
    () => `inputSchema of tool ${quote(name)}`,
    () => readInput(config),
  );
  const output = naming(
    () => `outputSchema of tool ${quote(name)}`,
    () => readOutput(config),
  );
  warnOfSize(name, 'inputSchema', inputSchema, warn);
  if (output !== undefined) warnOfSize(name, 'outputSchema', output.output, warn);
  return {
    wire: {
      name,
      ...displayFieldsOf(config, warn),
      inputSchema: inputSchema as Tool['inputSchema'],
      ...(output !== undefined && { outputSchema: output.output }),
      ...(annotations !== undefined && { annotations }),
    },
    input,
    output,
    paramHeaders,
    policy: resolvePolicy(config, defaults, warn),
  };
}

function readInput({ inputSchema }: NamedToolConfig): {
  readonly inputSchema: JsonSchema;
  readonly input?: Schema;
  readonly paramHeaders: readonly ParamHeader[];
} {
  if (inputSchema === undefined) return { inputSchema: NO_ARGUMENTS, paramHeaders: [] };
  const input = resolveSchema(inputSchema);
  const form = ofObjects(input.input);
  return { inputSchema: form, input, paramHeaders: paramHeadersOf(form) };
}

function readOutput({ outputSchema }: NamedToolConfig): Schema | undefined {
  if (outputSchema === undefined) return undefined;
  const output = resolveSchema(outputSchema);
  assertSound(output.output);
  return output;
}

function ofObjects(schema: JsonSchema): JsonSchema {
  const objects = withObjectType(schema, assertSound(schema));
  if (objects !== undefined) return objects;
  throw invalidOptions('It must be of type object.');
}
