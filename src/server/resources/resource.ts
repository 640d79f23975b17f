import { encodeBase64 } from '../../base/base64.ts';
import { anyText, count, nonEmptyText } from '../../base/options/option-checks.ts';
import type { Annotations, Resource } from '../../protocol/types/content.ts';
import { isRecord } from '../../base/json/json.ts';
import { resourceProblem } from '../../protocol/content-problem.ts';
import type {
  CacheHint,
  InputRequiredResult,
  ReadResourceResult,
  ResourceTemplateInfo,
} from '../../protocol/results.ts';
import { CACHE_HINT, resolveCacheHint } from '../requests/cache-hint.ts';
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
import { ResourceTemplate } from './resource-template.ts';
import { normalUri, uriProblem } from './normal-uri.ts';
import type { Variables } from './uri-template.ts';

/**
 * Describes a resource, or a template of resources.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/server/resources
 */
export interface ResourceConfig extends FlowOptions<Variables>, DisplayFields, GuardConfig {
  /** Media type of the content. Default: unknown. */
  readonly mimeType?: string;
  /** Hints for clients: audience, priority, last change. Default: none. */
  readonly annotations?: Annotations;
  /** Size of the content, in bytes. Default: unknown. */
  readonly size?: number;
  /**
   * How long clients may cache what they read, in ms, and for whom. Default: `ttlMs` 0, they may
   * not; `cacheScope` `private`.
   */
  readonly cacheHint?: Partial<CacheHint>;
}

/** A text, bytes, or a full result. `undefined`: there is no such resource. */
export type ResourceOutput =
  string | Uint8Array | ReadResourceResult | InputRequiredResult | undefined;

/** Reads a resource: `(uri, ctx)`. */
export type ReadResourceCallback = (
  uri: URL,
  ctx: Context,
) => ResourceOutput | Promise<ResourceOutput>;

/** Reads a resource of a template: `(uri, variables, ctx)`. */
export type ReadResourceTemplateCallback = (
  uri: URL,
  variables: Variables,
  ctx: Context,
) => ResourceOutput | Promise<ResourceOutput>;

interface Readable {
  readonly mimeType: string | undefined;
  readonly cacheHint: CacheHint;
  readonly policy: FlowPolicy;
}

/** Everything about a resource that is computed once. */
export interface ResourceDefinition extends Readable {
  readonly wire: Resource;
}

/** Everything about a resource template that is computed once. */
export interface TemplateDefinition extends Readable {
  readonly wire: ResourceTemplateInfo;
  readonly template: ResourceTemplate;
}

export type NamedResourceConfig = ResourceConfig & { readonly name: string; readonly uri: string };

export type NamedTemplateConfig = ResourceConfig & {
  readonly name: string;
  readonly template: ResourceTemplate;
};

/** The handle of a resource; what `registerResource` returns for a URI. */
export type RegisteredResource = Registered<
  ResourceConfig & { readonly uri: string },
  ReadResourceCallback
>;

/** The handle of a resource template; what `registerResource` returns for a template. */
export type RegisteredResourceTemplate = Registered<
  ResourceConfig & { readonly template: ResourceTemplate },
  ReadResourceTemplateCallback
>;

/** A registered resource inside the server. */
export type ResourceRegistration = Registration<
  NamedResourceConfig,
  ResourceDefinition,
  ReadResourceCallback
>;

/** A registered resource template inside the server. */
export type TemplateRegistration = Registration<
  NamedTemplateConfig,
  TemplateDefinition,
  ReadResourceTemplateCallback
>;

const SHARED_RULES = {
  table: {
    ...DISPLAY_FIELDS,
    ...FLOW_OPTIONS,
    mimeType: anyText,
    annotations: areAnnotations,
    size: count,
    cacheHint: CACHE_HINT,
  },
  notes: {
    ...COMMON_NOTES,
    metadata: 'Its members are given directly, beside the others.',
  },
};

const RESOURCE_RULES: ConfigRules<Omit<NamedResourceConfig, keyof GuardConfig>> = {
  ...SHARED_RULES,
  table: { name: nonEmptyText, uri: uriProblem, ...SHARED_RULES.table },
  ignored: {},
};

const TEMPLATE_RULES: ConfigRules<Omit<NamedTemplateConfig, keyof GuardConfig>> = {
  ...SHARED_RULES,
  table: { name: nonEmptyText, template: isTemplate, ...SHARED_RULES.table },
  ignored: { uriTemplate: 'The template says it.' },
};

export function resourceKind(
  defaults: FlowDefaults,
  warn: WarnOnce,
): Kind<NamedResourceConfig, ResourceDefinition> {
  return {
    what: 'Resource',
    // What belongs to extensions is added where they are.
    rules: RESOURCE_RULES as ConfigRules<NamedResourceConfig>,
    warn,
    // One resource, however its URI is spelled.
    keyOf: ({ uri }) => normalUri(uri) ?? uri,
    define(config) {
      const { uri, name, size } = config;
      const wire = { uri, name, ...metadata(config, warn), ...(size !== undefined && { size }) };
      return { wire, ...readable(config, defaults, warn) };
    },
  };
}

export function templateKind(
  defaults: FlowDefaults,
  warn: WarnOnce,
): Kind<NamedTemplateConfig, TemplateDefinition> {
  return {
    what: 'Resource template',
    // What belongs to extensions is added where they are.
    rules: TEMPLATE_RULES as ConfigRules<NamedTemplateConfig>,
    warn,
    keyOf: (config) => config.name,
    define(config) {
      const { template, name } = config;
      const wire = { uriTemplate: template.uriTemplate, name, ...metadata(config, warn) };
      return { wire, template, ...readable(config, defaults, warn) };
    },
  };
}

function isTemplate(value: unknown): string | undefined {
  return value instanceof ResourceTemplate
    ? undefined
    : "must be a URI as text, or a ResourceTemplate of 'mcp-rondo'";
}

/** Members that later versions add are sent as they are. */
function areAnnotations(value: unknown): string | undefined {
  if (!isRecord(value)) return 'must be an object';
  const { audience = [], priority = 0, lastModified = '' } = value;
  const isRole = (role: unknown): boolean => role === 'user' || role === 'assistant';
  if (!Array.isArray(audience) || !audience.every(isRole)) {
    return "has 'audience', which must be an array of 'user' or 'assistant'";
  }
  if (!(typeof priority === 'number' && priority >= 0 && priority <= 1)) {
    return "has 'priority', which must be a number from 0 to 1";
  }
  return typeof lastModified === 'string' ? undefined : "has 'lastModified', which must be text";
}

/**
 * What a callback returned, as a result; `undefined` if there is no such resource (RE-2).
 *
 * @throws TypeError for a value that is not a result; the message is for the log
 */
export function toResourceResult(
  value: unknown,
  uri: string,
  definition: Readable,
): ReadResourceResult | undefined {
  if (value === undefined || value === null) return undefined;
  const mimeType = definition.mimeType === undefined ? {} : { mimeType: definition.mimeType };
  if (typeof value === 'string') {
    return { contents: [{ uri, ...mimeType, text: value }], ...definition.cacheHint };
  }
  if (value instanceof Uint8Array) {
    const blob = encodeBase64(value);
    return { contents: [{ uri, ...mimeType, blob }], ...definition.cacheHint };
  }
  if (isRecord(value) && Array.isArray(value['contents'])) {
    if (value['contents'].length === 0) return undefined;
    assertContents(value['contents']);
    return { ...definition.cacheHint, ...value } as unknown as ReadResourceResult;
  }
  throw new TypeError(
    'the resource returned something else: return a string, a Uint8Array or { contents }',
  );
}

function assertContents(contents: readonly unknown[]): void {
  for (const [i, each] of contents.entries()) {
    const problem = resourceProblem(each);
    if (problem !== undefined) throw new TypeError(`contents[${i}] ${problem}`);
  }
}

function metadata(
  config: ResourceConfig & { readonly name: string },
  warn: WarnOnce,
): Partial<Resource> {
  const { mimeType, annotations } = config;
  return {
    ...displayFieldsOf(config, warn),
    ...(mimeType !== undefined && { mimeType }),
    ...(annotations !== undefined && { annotations }),
  };
}

function readable(
  config: ResourceConfig & { readonly name: string },
  defaults: FlowDefaults,
  warn: WarnOnce,
): Readable {
  return {
    mimeType: config.mimeType,
    cacheHint: resolveCacheHint(config.cacheHint, 'private'),
    policy: resolvePolicy(config, defaults, warn),
  };
}
