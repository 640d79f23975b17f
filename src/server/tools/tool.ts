import { paramHeaders, type ParamHeader } from '../../http/param-headers.ts';
import { invalidOptions } from '../../base/errors.ts';
import type { Tool, ToolAnnotations } from '../../protocol/tool.ts';
import { type Schema, resolveSchema } from '../../schema/author-schema.ts';
import type { AuthorSchema, Infer } from '../../schema/standard.ts';
import type { Context } from '../flows/context.ts';
import {
  type FlowDefaults,
  type FlowOptions,
  type FlowPolicy,
  resolvePolicy,
} from '../requests/flow-policy.ts';
import { type DisplayFields, displayFieldsOf } from '../registry/display-fields.ts';
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
  extends FlowOptions, DisplayFields {
  /** Schema of the arguments, of type object. Default: the tool has no arguments. */
  readonly inputSchema?: In;
  /** Schema of the structured result. Default: the result is not structured. */
  readonly outputSchema?: Out;
  /** Hints on the tool's effects: read-only, destructive, idempotent. Default: none. */
  readonly annotations?: ToolAnnotations;
}

/** `(args, ctx)`, or `(ctx)` for a tool without an input schema. */
export type ToolCallback<
  In extends AuthorSchema | undefined = undefined,
  Out extends AuthorSchema | undefined = undefined,
> = In extends AuthorSchema
  ? (args: Infer<In>, ctx: Context) => ToolOutput<Out> | Promise<ToolOutput<Out>>
  : (ctx: Context) => ToolOutput<Out> | Promise<ToolOutput<Out>>;

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

export function toolKind(defaults: FlowDefaults): Kind<NamedToolConfig, ToolDefinition> {
  return {
    what: 'Tool',
    keyOf: (config) => config.name,
    define: (config) => define(config, defaults),
  };
}

/** Whether a tool's name has only characters that every client must accept (TO-4). */
export function isPortableName(name: string): boolean {
  return /^[A-Za-z0-9_.-]+$/.test(name);
}

/**
 * @throws RondoError for a name that clients cannot show (TO-4), or a schema not of type object
 * (TO-3)
 */
function define(config: NamedToolConfig, defaults: FlowDefaults): ToolDefinition {
  const { name, annotations } = config;
  if (!/^[^\p{Cc}]{1,128}$/u.test(name)) {
    throw invalidOptions('A tool name must have 1 to 128 characters, and no control characters.');
  }
  const input = config.inputSchema && resolveSchema(config.inputSchema);
  const output = config.outputSchema && resolveSchema(config.outputSchema);
  const inputSchema = input?.input ?? NO_ARGUMENTS;
  if (inputSchema['type'] !== 'object') {
    throw invalidOptions(`The input schema of tool '${name}' must be of type object.`);
  }
  return {
    wire: {
      name,
      ...displayFieldsOf(config),
      inputSchema: inputSchema as Tool['inputSchema'],
      ...(output !== undefined && { outputSchema: output.output }),
      ...(annotations !== undefined && { annotations }),
    },
    input,
    output,
    paramHeaders: paramHeaders(inputSchema),
    policy: resolvePolicy(config, defaults),
  };
}
