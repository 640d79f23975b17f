// The whole public surface of `mcp-rondo`: an explicit list, one name at a time.

export { McpServer } from './server/server.ts';
export type {
  CacheableMethod,
  LimitOptions,
  ServerOptions,
  StateOptions,
} from './server/options.ts';
export type {
  AnswerWrongEvent,
  RequestOf,
  RequestRefusedEvent,
  RequestServedEvent,
  RoundBegunEvent,
  RoundEndedEvent,
  RoundOf,
  RoundTrace,
  ServerEvent,
  ServerEventListener,
  StateRefusedEvent,
  StepRanEvent,
} from './server/events.ts';
export type { Guard, Store } from './server/store.ts';
export { defineStore } from './stores/define-store.ts';
export type { StoreParts } from './stores/define-store.ts';
export { memoryStore } from './stores/memory-store.ts';
export type { MemoryStoreOptions } from './stores/memory-store.ts';
export type {
  GuardConfig,
  NamingConfig,
  TaskConfig,
  TaskEnd,
  TaskOptions,
} from './server/extended-options.ts';
export type { RunTasksOptions } from './server/server.ts';
export { claimLost } from './guard/contract.ts';
export type {
  Claimed,
  GuardCell,
  GuardEntry,
  GuardLease,
  GuardState,
  GuardStep,
  GuardStore,
  NewClaim,
} from './guard/contract.ts';
export type { SpillCell, SpillStore } from './spill/contract.ts';
export { leaseLost } from './tasks/contract.ts';
export type {
  Claimable,
  ClaimedTask,
  TaskClaims,
  CreatedTask,
  EndMark,
  EndStatus,
  TaskLease,
  LoadedTask,
  NewAnswer,
  NewAsk,
  NewTask,
  OwnTasks,
  TaskRow,
  SealedCell,
  StoredAsk,
  TaskIdentity,
  TaskRecord,
  TaskRelease,
  TaskStatus,
  TaskStore,
} from './tasks/contract.ts';
export type { WakeUps } from './tasks/wake-ups.ts';
export type { SecretStore } from './stored/secret-store.ts';
export type { AskingMethod } from './protocol/names/methods.ts';
export type { TraceContext } from './protocol/trace-context.ts';
export type { LegacyOptions } from './legacy/legacy-server.ts';
export type { Authenticate, HttpOptions, RequestHead } from './http/policy.ts';
export type { HandleOptions } from './http/handle-options.ts';
export type { FetchOptions, FetchHandler, PlatformInfo } from './http/platform-arguments.ts';
export type { Logger } from './base/logging/logger.ts';

export type { Context } from './server/flows/context.ts';
export type { ClientView } from './server/requests/client-view.ts';
export type { FlowOptions, ScopesFunction } from './server/requests/flow-policy.ts';
export type { DisplayFields } from './server/registry/display-fields.ts';
export type { Registered } from './server/registry/registration.ts';
export type { RegisteredTool, ToolCallback, ToolConfig } from './server/tools/tool.ts';
export type { StructuredResult, ToolOutput } from './server/tools/tool-result.ts';
export type {
  PromptCallback,
  PromptConfig,
  PromptOutput,
  RegisteredPrompt,
} from './server/prompts/prompt.ts';
export type {
  ReadResourceCallback,
  ReadResourceTemplateCallback,
  RegisteredResource,
  RegisteredResourceTemplate,
  ResourceConfig,
  ResourceOutput,
} from './server/resources/resource.ts';
export { ResourceTemplate } from './server/resources/resource-template.ts';
export type {
  ListContext,
  ListResourcesCallback,
  ResourceTemplateCallbacks,
} from './server/resources/resource-template.ts';
export type { Variables } from './server/resources/uri-template.ts';
export { completable } from './server/registry/completable.ts';
export type { Completer, CompletionContext } from './server/registry/completable.ts';

export { accepted } from './flow/asks/accepted.ts';
export type { AnswerBy } from './flow/asks/ask.ts';
export type { FlowContext, RoundHandle } from './flow/context.ts';
export type { ElicitOutcome, ElicitParams } from './flow/asks/form.ts';
export type { ElicitUrlParams, UrlOutcome } from './flow/asks/url.ts';
export type { ConfirmOptions } from './flow/asks/confirm.ts';
export type { Expiring, Refusal } from './flow/asks/expiry.ts';
export type { CheckpointOptions } from './flow/asks/checkpoint.ts';
export type { FlowLimits } from './flow/round/host.ts';
export type { StepContext, StepFunction, StepOptions } from './flow/round/step.ts';
export { acceptedContent, inputRequired, inputResponse } from './server/flows/manual.ts';
export type {
  InputRequiredBuilder,
  InputRequiredSpec,
  InputResponseView,
} from './server/flows/manual.ts';

export { RondoError } from './base/errors.ts';
export type { RondoErrorCode } from './base/errors.ts';
export { RpcError } from './protocol/rpc-error.ts';
export {
  DivergenceError,
  InputDeclinedError,
  InvalidAnswerError,
  MissingCapabilityError,
  RoundTimeoutError,
  StepError,
} from './flow/journal/errors.ts';
export type { DivergenceKind } from './flow/journal/errors.ts';
export type { RecordedError } from './flow/journal/journal.ts';
export type { RefusalReason, UsedState } from './protocol/refusal.ts';
export type { FailedCheck } from './state/claims.ts';
export { generateKey } from './state/key-ring.ts';
export type { KeyMaterial } from './state/key-ring.ts';

export { ErrorCode } from './protocol/names/codes.ts';
export { PROTOCOL_VERSION } from './protocol/names/version.ts';
export type { Dispatcher } from './protocol/dispatcher.ts';
export type { Principal } from './protocol/principal.ts';
export type { Relay } from './protocol/types/relay.ts';
export type {
  AuthorSchema,
  Infer,
  InferArguments,
  InferSent,
  JsonSchemaLike,
  RawShape,
  StandardSchema,
} from './schema/standard.ts';
export type { ClientCapabilities, ServerCapabilities } from './protocol/capabilities.ts';
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
} from './protocol/types/content.ts';
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
} from './protocol/types/elicitation.ts';
export type { JsonObject, JsonSchema, JsonValue, UnknownRecord } from './base/json/json.ts';
export type {
  CacheHint,
  CallToolResult,
  GetPromptResult,
  Implementation,
  InputRequest,
  InputRequests,
  InputRequiredResult,
  InputResponse,
  InputResponses,
  LogLevel,
  Prompt,
  PromptArgument,
  PromptMessage,
  ReadResourceResult,
  Result,
} from './protocol/results.ts';
export type { Tool, ToolAnnotations } from './protocol/types/tool.ts';
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
} from './protocol/types/sampling.ts';
export type { SealedText } from './stored/sealed-text.ts';
