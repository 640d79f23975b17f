import type { ServerCapabilities } from './capabilities.ts';
import type {
  Annotations,
  ContentBlock,
  Icon,
  Resource,
  ResourceContents,
  Role,
} from './content.ts';
import type { ElicitResult, FormElicitation, UrlElicitation } from './elicitation.ts';
import type { UnknownRecord } from '../base/json.ts';
import type { CreateMessageParams, CreateMessageResult, ListRootsResult } from './sampling.ts';
import type { Tool } from './tool.ts';

/** A program's name and version, for display only. */
export interface Implementation {
  name: string;
  version: string;
  title?: string;
  description?: string;
  websiteUrl?: string;
  icons?: Icon[];
}

/** Members every result may carry. `resultType` is written on all of them. */
export interface Result {
  resultType?: string;
  _meta?: UnknownRecord;
  [key: string]: unknown;
}

export interface CallToolResult extends Result {
  content: ContentBlock[];
  structuredContent?: unknown;
  isError?: boolean;
}

export interface PromptArgument {
  name: string;
  title?: string;
  description?: string;
  required?: boolean;
}

export interface Prompt {
  name: string;
  title?: string;
  description?: string;
  icons?: Icon[];
  arguments?: PromptArgument[];
  _meta?: UnknownRecord;
}

export interface PromptMessage {
  role: Role;
  content: ContentBlock;
}

export interface GetPromptResult extends Result {
  description?: string;
  messages: PromptMessage[];
}

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
 * How long, and for whom, a result may be kept.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/server/utilities/caching
 */
export interface CacheHint {
  /** Milliseconds, at least 0. */
  ttlMs: number;
  cacheScope: 'public' | 'private';
}

export interface ReadResourceResult extends Result, Partial<CacheHint> {
  contents: ResourceContents[];
}

interface Page extends Result, CacheHint {
  nextCursor?: string;
}

export interface ListToolsResult extends Page {
  tools: Tool[];
}

export interface ListPromptsResult extends Page {
  prompts: Prompt[];
}

export interface ListResourcesResult extends Page {
  resources: Resource[];
}

export interface ListResourceTemplatesResult extends Page {
  resourceTemplates: ResourceTemplateInfo[];
}

export interface CompleteResult extends Result {
  completion: { values: string[]; total?: number; hasMore?: boolean };
}

export interface DiscoverResult extends Result, CacheHint {
  supportedVersions: string[];
  capabilities: ServerCapabilities;
  instructions?: string;
}

/**
 * What a listen stream is to carry.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/subscriptions#notification-filter
 */
export interface SubscriptionFilter {
  toolsListChanged?: boolean;
  promptsListChanged?: boolean;
  resourcesListChanged?: boolean;
  resourceSubscriptions?: string[];
}

/** One question, as it stands in `inputRequests`: bare, without id. */
export type InputRequest =
  | { method: 'elicitation/create'; params: FormElicitation | UrlElicitation }
  | { method: 'sampling/createMessage'; params: CreateMessageParams }
  | { method: 'roots/list'; params?: { _meta?: UnknownRecord } };

export type InputRequests = Record<string, InputRequest>;

/** One answer, as it stands in `inputResponses`: bare. */
export type InputResponse = ElicitResult | CreateMessageResult | ListRootsResult;

export type InputResponses = Record<string, InputResponse>;

/**
 * "Ask these, then send the same request again".
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
