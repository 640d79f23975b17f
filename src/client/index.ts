// The whole public surface of `mcp-rondo/client`: an explicit list, one name at a time.

export { Client } from './client.ts';
export type { CompletionParams, FlowParams, Target, TypedCallOptions } from './client.ts';
export type { ClientOptions } from './options.ts';
export type { CacheOptions, CacheStore } from './cache.ts';
export { Subscription } from './subscription.ts';
export type { Change } from './change.ts';
export type { ServerCommand } from '../stdio/server-process.ts';
export type { Logger } from '../protocol/logger.ts';
export type { Challenge, HttpClientOptions } from '../http/client.ts';
export type { CallOptions, LogMessage, Progress } from './caller.ts';
export { Stepper } from './stepper.ts';
export { MAX_ROUNDS } from './snapshot.ts';
export type { FlowSnapshot } from './snapshot.ts';
export type {
  FormAnswer,
  FormQuestion,
  QuestionContext,
  QuestionHandlers,
  Refusal,
  RefusalReason,
  UrlAnswer,
  UrlQuestion,
} from './handlers.ts';
export type { RefusedEvent } from './answering.ts';
export { StateRefusedError, TimeoutError } from './errors.ts';
export { InvalidResponseError } from '../protocol/response.ts';
export { RondoError } from '../protocol/errors.ts';
export type { RondoErrorCode } from '../protocol/errors.ts';
export { RpcError } from '../protocol/rpc-error.ts';
export type { FormSchema, FormValue } from '../protocol/elicitation.ts';
export type { ContentBlock, Resource, ResourceContents } from '../protocol/content.ts';
export type {
  CallToolResult,
  CompleteResult,
  DiscoverResult,
  GetPromptResult,
  Implementation,
  InputRequests,
  InputResponse,
  LogLevel,
  Prompt,
  ReadResourceResult,
  ResourceTemplateInfo,
  SubscriptionFilter,
} from '../protocol/results.ts';
export type { Tool } from '../protocol/tool.ts';
export type { CreateMessageParams, CreateMessageResult, Root } from '../protocol/sampling.ts';
