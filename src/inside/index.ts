// The whole public surface of `mcp-rondo/inside`: an explicit list, one name at a time.

export { RondoInside, rondoInside } from './rondo-inside.ts';
export type { InsideCallback, InsideFlow, RondoInsideOptions } from './rondo-inside.ts';
export type { OfficialContext, OfficialServer, VerifyingContext } from './official.ts';
export type { JsonObject, JsonSchema, JsonValue, UnknownRecord } from '../base/json/json.ts';
export type { Logger } from '../base/logging/logger.ts';
export type { CheckpointOptions } from '../flow/asks/checkpoint.ts';
export type { AnswerBy } from '../flow/asks/ask.ts';
export type { ElicitOutcome, ElicitParams } from '../flow/asks/form.ts';
export type { ElicitUrlParams, UrlOutcome } from '../flow/asks/url.ts';
export type { ConfirmOptions } from '../flow/asks/confirm.ts';
export type { Expiring, Refusal } from '../flow/asks/expiry.ts';
export type { FlowContext, RoundHandle } from '../flow/context.ts';
export type { StepContext, StepFunction, StepOptions } from '../flow/round/step.ts';
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
export type { ElicitResult, FormValue } from '../protocol/types/elicitation.ts';
export type { Principal } from '../protocol/principal.ts';
export type { Implementation, LogLevel } from '../protocol/results.ts';
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
export type { Context } from '../server/flows/context.ts';
export type { StateOptions } from '../server/options.ts';
export type { ClientView } from '../server/requests/client-view.ts';
export type { KeyMaterial } from '../state/key-ring.ts';
