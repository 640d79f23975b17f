// The whole public surface of `mcp-rondo/otel`: an explicit list, one name at a time.

export { otel } from './server.ts';
export type { OtelOptions } from './server.ts';
export { otelClient } from './client.ts';

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
export type { ClientTracing, Network, TracedCall, TracedRequest } from '../client/calls/tracing.ts';
export type { AskingMethod } from '../protocol/names/methods.ts';
export type { TraceContext } from '../protocol/trace-context.ts';
export type { RefusalReason, UsedState } from '../protocol/refusal.ts';
export type { FailedCheck } from '../state/claims.ts';
