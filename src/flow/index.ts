// `mcp-rondo/flow`: the replay engine, for hosts of its own. An explicit list.

export { Round } from './round/round.ts';
export { FlowContext } from './context.ts';
export type { RoundHandle } from './context.ts';
export { DEFAULT_LIMITS } from './round/host.ts';
export type {
  AsyncScope,
  Cancel,
  FlowHost,
  FlowLimits,
  HostParts,
  RoundInput,
  Scheduler,
  StepPermit,
  StepRun,
  WrongAnswer,
} from './round/host.ts';
export type { MovedRound } from './round/move.ts';
export type { Flow } from './journal/flow.ts';
export { memoryJournal } from './journal/journal.ts';
export type {
  AskKind,
  Asked,
  Entry,
  EntryKind,
  Journal,
  Outcome,
  Recorded,
  RecordedError,
} from './journal/journal.ts';
export type { QuestionDigest } from './journal/question.ts';
export { readEntry, readJournal, writeEntry, writeJournal } from './journal/journal-json.ts';
export type { AnswerBy, OpenAsk } from './asks/ask.ts';
export type {
  Complete,
  Failed,
  InputRequired,
  RoundOutcome,
  Threw,
} from './round/round-outcome.ts';
export type { StepContext, StepFunction, StepOptions } from './round/step.ts';
export type { CheckpointOptions } from './asks/checkpoint.ts';
export type { ConfirmOptions } from './asks/confirm.ts';
export { EXPIRED } from './asks/expiry.ts';
export type { Expiring, Refusal } from './asks/expiry.ts';
export { accepted } from './asks/accepted.ts';
export type { ElicitOutcome, ElicitParams } from './asks/form.ts';
export type { ElicitUrlParams, UrlOutcome } from './asks/url.ts';
export {
  DivergenceError,
  InputDeclinedError,
  InvalidAnswerError,
  MissingCapabilityError,
  RoundTimeoutError,
  StepError,
} from './journal/errors.ts';
export type { DivergenceKind } from './journal/errors.ts';

export { RondoError } from '../base/errors.ts';
export type { RondoErrorCode } from '../base/errors.ts';
export type { JsonObject, JsonSchema, JsonValue, UnknownRecord } from '../base/json/json.ts';
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
export type { InputRequest } from '../protocol/results.ts';
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
export type { Tool, ToolAnnotations } from '../protocol/types/tool.ts';
export type {
  AuthorSchema,
  Infer,
  JsonSchemaLike,
  RawShape,
  StandardSchema,
} from '../schema/standard.ts';
