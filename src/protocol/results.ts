import type { ServerCapabilities } from './capabilities.ts';
import type {
  Annotations,
  ContentBlock,
  Icon,
  Resource,
  ResourceContents,
  Role,
} from './types/content.ts';
import type { ElicitResult, FormElicitation, UrlElicitation } from './types/elicitation.ts';
import type { UnknownRecord } from '../base/json/json.ts';
import type {
  CreateMessageParams,
  CreateMessageResult,
  ListRootsResult,
} from './types/sampling.ts';
import type { Tool } from './types/tool.ts';

/** A program's name and version, for display only. */
export interface Implementation {
  name: string;
  version: string;
  title?: string;
  description?: string;
  websiteUrl?: string;
  icons?: Icon[];
}

/** Members that every result may have. The library sets `resultType`. */
export interface Result {
  resultType?: string;
  _meta?: UnknownRecord;
  [key: string]: unknown;
}

/**
 * The result of a tool call.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/server/tools#tool-result
 */
export interface CallToolResult extends Result {
  content: ContentBlock[];
  structuredContent?: unknown;
  isError?: boolean;
}

/** An argument of a prompt. */
export interface PromptArgument {
  name: string;
  title?: string;
  description?: string;
  required?: boolean;
}

/** A prompt, as servers list it. */
export interface Prompt {
  name: string;
  title?: string;
  description?: string;
  icons?: Icon[];
  arguments?: PromptArgument[];
  _meta?: UnknownRecord;
}

/** A message of a prompt. */
export interface PromptMessage {
  role: Role;
  content: ContentBlock;
}

/** The result of getting a prompt: its messages, with the arguments filled in. */
export interface GetPromptResult extends Result {
  description?: string;
  messages: PromptMessage[];
}

/** A resource template, as servers list it. */
export interface ResourceTemplateInfo {
  uriTemplate: string;
  name: string;
  title?: string;
  description?: string;
  mimeType?: string;
  icons?: Icon[];
  annotations?: Annotations;
  _meta?: UnknownRecord;
}

/**
 * How long clients may cache a result, and whether other users may be shown it.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/server/utilities/caching
 */
export interface CacheHint {
  /** In ms, at least 0; 0 means: do not cache. */
  ttlMs: number;
  /** `public`: the same for all callers. `private`: for this caller only. */
  cacheScope: 'public' | 'private';
}

/** The result of reading a resource. */
export interface ReadResourceResult extends Result, Partial<CacheHint> {
  contents: ResourceContents[];
}

interface Page extends Result, CacheHint {
  nextCursor?: string;
}

/** One page of the tools. */
export interface ListToolsResult extends Page {
  tools: Tool[];
}

/** One page of the prompts. */
export interface ListPromptsResult extends Page {
  prompts: Prompt[];
}

/** One page of the resources. */
export interface ListResourcesResult extends Page {
  resources: Resource[];
}

/** One page of the resource templates. */
export interface ListResourceTemplatesResult extends Page {
  resourceTemplates: ResourceTemplateInfo[];
}

/** Suggested values for an argument; `total` counts those that did not fit as well. */
export interface CompleteResult extends Result {
  completion: { values: string[]; total?: number; hasMore?: boolean };
}

/** The protocol versions and capabilities of a server. */
export interface DiscoverResult extends Result, CacheHint {
  supportedVersions: string[];
  capabilities: ServerCapabilities;
  instructions?: string;
}

/**
 * The notifications that a client wants on a listen stream. An absent member means: none of these.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/subscriptions#notification-filter
 */
export interface SubscriptionFilter {
  toolsListChanged?: boolean;
  promptsListChanged?: boolean;
  resourcesListChanged?: boolean;
  resourceSubscriptions?: string[];
}

/** One question, as it is sent in `inputRequests`: method and params, without an id. */
export type InputRequest =
  | { method: 'elicitation/create'; params: FormElicitation | UrlElicitation }
  | { method: 'sampling/createMessage'; params: CreateMessageParams }
  | { method: 'roots/list'; params?: { _meta?: UnknownRecord } };

/** Questions by their keys. */
export type InputRequests = Record<string, InputRequest>;

/** One answer, as it is sent in `inputResponses`: the result alone, without an id. */
export type InputResponse = ElicitResult | CreateMessageResult | ListRootsResult;

/** Answers by the keys of their questions. */
export type InputResponses = Record<string, InputResponse>;

/**
 * The result that asks: the client answers `inputRequests` and sends the same request again, with
 * the answers and `requestState`.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr#inputrequiredresult
 */
export interface InputRequiredResult extends Result {
  resultType: 'input_required';
  inputRequests?: InputRequests;
  requestState?: string;
}

/** Severity of a log message (RFC 5424). */
export type LogLevel =
  'debug' | 'info' | 'notice' | 'warning' | 'error' | 'critical' | 'alert' | 'emergency';

/** All log levels, least severe first. */
export const LOG_LEVELS: readonly LogLevel[] = [
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
];

/** Whether `value` names a log level. */
export function isLogLevel(value: unknown): value is LogLevel {
  return (LOG_LEVELS as readonly unknown[]).includes(value);
}
