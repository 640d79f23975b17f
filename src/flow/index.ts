// `mcp-rondo/flow`: the replay engine, for hosts of its own. An explicit list.

export { Round } from './round.ts';
export type { RoundInput } from './round.ts';
export { FlowContext } from './context.ts';
export type { Settled } from './context.ts';
export { DEFAULT_LIMITS } from './host.ts';
export type { AsyncScope, Cancel, Flow, FlowHost, FlowLimits, Scheduler } from './host.ts';
export { memoryJournal } from './journal.ts';
export type {
  AskKind,
  Asked,
  Entry,
  EntryKind,
  Journal,
  Outcome,
  Recorded,
  RecordedError,
} from './journal.ts';
export type { QuestionDigest } from './question.ts';
export { readJournal, writeJournal } from './journal-json.ts';
export type { OpenAsk } from './ask.ts';
export type { Complete, Failed, InputRequired, RoundOutcome, Threw } from './outcome.ts';
export type { StepContext, StepFunction, StepOptions } from './step.ts';
export { accepted } from './accepted.ts';
export type { ElicitOutcome, ElicitParams } from './asks/form.ts';
export type { ElicitUrlParams, UrlOutcome } from './asks/url.ts';
export {
  DivergenceError,
  InputDeclinedError,
  InvalidAnswerError,
  MissingCapabilityError,
  RoundTimeoutError,
  StepError,
} from './errors.ts';
export type { DivergenceKind } from './errors.ts';
