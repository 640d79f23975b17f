// The whole public surface of `mcp-rondo/client`: an explicit list, one name at a time.

export { Client } from './client.ts';
export type { HttpRefusal } from '../protocol/transport.ts';
export type { CompletionParams, FlowParams, PromptArguments } from './params.ts';
export type { Target } from './target.ts';
export type { ClientOptions } from './options.ts';
export type { CacheOptions, CacheStore } from './calls/cache.ts';
export type { ClientTracing, Network, TracedCall, TracedRequest } from './calls/tracing.ts';
export type { Subscription } from './listening/subscription.ts';
export type { Change } from './listening/change.ts';
export type { ServerCommand } from '../stdio/server-command.ts';
export type { Logger } from '../base/logging/logger.ts';
export type { HeadersFunction, HttpClientOptions } from '../http/client/options.ts';
export type { Authorize } from '../http/client/authorization.ts';
export type { Challenge } from '../http/client/challenge.ts';
export { HttpError } from '../http/client/http-error.ts';
export type { OwnHeaders } from '../http/client/own-headers.ts';
export type {
  CallOptions,
  ListenOptions,
  LogMessage,
  Progress,
  TypedCallOptions,
} from './calls/call-options.ts';
export type { ClientTask } from './flows/client-task.ts';
export type { Stepper } from './flows/stepper.ts';
export { MAX_ROUNDS } from './flows/snapshot.ts';
export type { FlowSnapshot, FollowedTask } from './flows/snapshot.ts';
export type {
  FormAnswer,
  FormQuestion,
  QuestionContext,
  QuestionHandlers,
  Refusal,
  RefusalReason,
  UrlAnswer,
  UrlQuestion,
} from './flows/handlers.ts';
export type { RefusedEvent } from './flows/answering.ts';
export { HttpRpcError, StateRefusedError, TimeoutError } from './calls/errors.ts';
export { InvalidResponseError } from '../protocol/response.ts';
export { RondoError } from '../base/errors.ts';
export type { RondoErrorCode } from '../base/errors.ts';
export { RpcError } from '../protocol/rpc-error.ts';
export type { ServerCapabilities } from '../protocol/capabilities.ts';
export type {
  Annotations,
  AudioContent,
  BlobResourceContents,
  ContentBlock,
  EmbeddedResource,
  Icon,
  ImageContent,
  Resource,
  ResourceContents,
  ResourceLink,
  Role,
  TextContent,
  TextResourceContents,
} from '../protocol/types/content.ts';
export { OldServer } from '../legacy/old-server/old-server.ts';
export type { OldServerOptions } from '../legacy/old-server/old-server.ts';
export type { HandleOptions } from '../http/handle-options.ts';
export type { FetchHandler, FetchOptions, PlatformInfo } from '../http/platform-arguments.ts';
export type { Authenticate, HttpOptions, RequestHead } from '../http/policy.ts';
export type { Principal } from '../protocol/principal.ts';
export type { Dispatcher } from '../protocol/dispatcher.ts';
export type {
  BooleanField,
  ElicitResult,
  EnumField,
  FormElicitation,
  FormField,
  FormSchema,
  FormValue,
  MultiSelectField,
  NumberField,
  StringField,
  TitledEnumField,
  UrlElicitation,
} from '../protocol/types/elicitation.ts';
export type { JsonObject, JsonSchema, JsonValue, UnknownRecord } from '../base/json/json.ts';
export type { AskingMethod } from '../protocol/names/methods.ts';
export type {
  CacheHint,
  CallToolResult,
  CompleteResult,
  DiscoverResult,
  GetPromptResult,
  Implementation,
  InputRequest,
  InputRequests,
  InputResponse,
  InputResponses,
  LogLevel,
  Prompt,
  PromptArgument,
  PromptMessage,
  ReadResourceResult,
  ResourceTemplateInfo,
  Result,
  SubscriptionFilter,
} from '../protocol/results.ts';
export type { Task } from '../protocol/task.ts';
export type { Tool, ToolAnnotations } from '../protocol/types/tool.ts';
export type {
  CreateMessageParams,
  CreateMessageResult,
  ListRootsResult,
  ModelPreferences,
  Root,
  SamplingContent,
  SamplingMessage,
  ToolResultContent,
  ToolUseContent,
} from '../protocol/types/sampling.ts';
export type { Infer, RawShape, StandardSchema } from '../schema/standard.ts';
