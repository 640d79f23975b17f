import type { AudioContent, ContentBlock, ImageContent, Role, TextContent } from './content.ts';
import type { JsonObject, UnknownRecord } from '../../base/json/json.ts';
import type { Tool } from './tool.ts';

/** The model wants to call a tool. */
export interface ToolUseContent {
  type: 'tool_use';
  id: string;
  name: string;
  input: UnknownRecord;
  _meta?: UnknownRecord;
}

/** The result of a tool call that the model wanted. */
export interface ToolResultContent {
  type: 'tool_result';
  toolUseId: string;
  content: ContentBlock[];
  structuredContent?: unknown;
  isError?: boolean;
  _meta?: UnknownRecord;
}

/** A piece of content of a sampling message. */
export type SamplingContent =
  TextContent | ImageContent | AudioContent | ToolUseContent | ToolResultContent;

/** A message to the model or from it. */
export interface SamplingMessage {
  role: Role;
  content: SamplingContent | SamplingContent[];
  _meta?: UnknownRecord;
}

/** Which model the server would like; priorities are from 0 to 1. Hints only. */
export interface ModelPreferences {
  hints?: { name?: string }[];
  costPriority?: number;
  speedPriority?: number;
  intelligencePriority?: number;
}

/**
 * What a server asks the client's model.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/client/sampling
 */
export interface CreateMessageParams {
  messages: SamplingMessage[];
  maxTokens: number;
  modelPreferences?: ModelPreferences;
  systemPrompt?: string;
  includeContext?: 'none' | 'thisServer' | 'allServers';
  temperature?: number;
  stopSequences?: string[];
  metadata?: JsonObject;
  tools?: Tool[];
  toolChoice?: { mode?: 'auto' | 'required' | 'none' };
}

/** What the client's model answered. */
export interface CreateMessageResult extends SamplingMessage {
  model: string;
  stopReason?: string;
}

/** A directory or file the client lets the server work in. */
export interface Root {
  uri: string;
  name?: string;
  _meta?: UnknownRecord;
}

/** The roots of the client. */
export interface ListRootsResult {
  roots: Root[];
}
