import type { Checked } from '../../schema/json/checked.ts';
import type { ClientCapabilities } from '../../protocol/capabilities.ts';
import type { InputRequest } from '../../protocol/results.ts';
import type { AskKind, Asked } from '../journal/journal.ts';
import type { QuestionDigest } from '../journal/question.ts';

/** Who may answer a question of a task: the user, or the model that follows it too. */
export type AnswerBy = 'person' | 'model';

/** One question: how to send it, recognise it in later rounds, and judge its answer (F7, F9). */
export interface Ask<T> {
  readonly kind: AskKind;
  readonly key: string;
  readonly question: QuestionDigest;
  /** How long it waits for its answer, in ms from its first asking. Default: as long as its flow. */
  readonly expires?: number | undefined;
  /** Who may answer where a task has no client that can be asked. Default: a person only. */
  readonly answerBy?: AnswerBy | undefined;
  /** The capabilities that the client must have declared (F11, MS-8). */
  readonly needs: ClientCapabilities;
  /** Whether an answer may be taken before the question was ever sent (F16). */
  readonly acceptsUnsolicited: boolean;
  /**
   * The request to send, with `problems` before the message; `undefined` for a checkpoint (F17).
   */
  render(problems: readonly string[]): InputRequest | undefined;
  /** Checks an answer: the value to record, or what is wrong with it, in words for the user. */
  judge(answer: unknown): Checked | Promise<Checked>;
  /** Turns a recorded value into the value that the author gets. */
  revive(value: unknown): T;
}

/** A question that is to be sent. Its numbers of sendings include this one. */
export interface OpenAsk extends Asked {
  /** The capabilities that the client must have declared. */
  readonly needs: ClientCapabilities;
  /** The request to send; `undefined` for a checkpoint. */
  readonly request: InputRequest | undefined;
  /** See {@link Ask.answerBy}. */
  readonly answerBy?: AnswerBy | undefined;
}
