import type { Logger } from '../base/logging/logger.ts';
import type { Dispatch } from '../protocol/dispatcher.ts';
import type { CallStreams } from './streams/call-streams.ts';
import type { EventIds } from './streams/event-ids.ts';
import type { Instances } from './instances.ts';
import type { KeptAnswers } from './questions/kept-answers.ts';
import type { RunningCalls } from './sessions/running-calls.ts';
import type { OpenQuestions } from './questions/open-questions.ts';

/** What serving an old client needs of its server. */
export interface LegacyDeps {
  /** Serves a request of this revision. */
  readonly dispatch: Dispatch;
  /** Whether a tool has an output schema that is not one of objects. */
  readonly isWrapped: (tool: string) => boolean;
  readonly questions: OpenQuestions;
  /** Whether old clients can be asked; `undefined`: where their connection can wait. */
  readonly ask: boolean | undefined;
  readonly kept: KeptAnswers;
  readonly running: RunningCalls;
  readonly instances: Instances;
  readonly streams: CallStreams;
  readonly eventIds: EventIds;
  /** How long a round may take, in ms. */
  readonly roundTimeout: number;
  readonly now: () => number;
  /** Runs `fn` at the end of this turn of the event loop. */
  readonly atEndOfTurn: (fn: () => void) => void;
  /** How long a person may take to answer, in ms. */
  readonly askTimeout: number;
  readonly logger: Logger;
}
