// The whole public surface of `mcp-rondo/testing`: an explicit list, one name at a time.

export { testServer } from './test-server.ts';
export type { TestHost } from './test-host.ts';
export type { HostedOptions, ServerFactory, TestHostOptions } from './test-host.ts';
export type { TestFlow } from './test-flow.ts';
export type { ForkOptions, TestCallOptions } from './test-flow.ts';
export type { FlowAssertions, TestError } from './flow-assertions.ts';
export type { TestCaller } from './test-sender.ts';
export type { Answer } from './answer.ts';
export type { ExpectedQuestion, Question } from './question.ts';
export type { LogRecord } from './server-log.ts';
export type { InstanceCount } from './instances.ts';
export { guardChecks } from './store-checks/guard-checks.ts';
export type { GuardCheck, GuardUnderTest } from './store-checks/guard-checks.ts';
export { spillChecks } from './store-checks/spill-checks.ts';
export type { SpillCheck } from './store-checks/spill-checks.ts';
export { storeChecks } from './store-checks/index.ts';
export type { StoreCheck, StoreUnderTest } from './store-checks/store-check.ts';

export type { LogMessage, Progress } from '../client/calls/call-options.ts';
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
} from '../server/events.ts';
export type { AskingMethod } from '../protocol/names/methods.ts';
export type { TraceContext } from '../protocol/trace-context.ts';
export type { RefusalReason, UsedState } from '../protocol/refusal.ts';
export type { FailedCheck } from '../state/claims.ts';
export type { ClientCapabilities } from '../protocol/capabilities.ts';
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
export type { Dispatcher } from '../protocol/dispatcher.ts';
export type {
  BooleanField,
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
export type { Logger } from '../base/logging/logger.ts';
export type { Principal } from '../protocol/principal.ts';
export type { InputRequest, LogLevel } from '../protocol/results.ts';
export type { Tool, ToolAnnotations } from '../protocol/types/tool.ts';
export type { RpcError } from '../protocol/rpc-error.ts';
export type {
  CreateMessageParams,
  CreateMessageResult,
  ModelPreferences,
  Root,
  SamplingContent,
  SamplingMessage,
  ToolResultContent,
  ToolUseContent,
} from '../protocol/types/sampling.ts';
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
} from '../tasks/contract.ts';
export type { WakeUps } from '../tasks/wake-ups.ts';
export type {
  Claimed,
  GuardCell,
  GuardEntry,
  GuardLease,
  GuardState,
  GuardStep,
  GuardStore,
  NewClaim,
} from '../guard/contract.ts';
export type { SpillCell, SpillStore } from '../spill/contract.ts';
export type { SecretStore } from '../stored/secret-store.ts';
export type { SealedText } from '../stored/sealed-text.ts';
