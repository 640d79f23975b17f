import type { Checked } from '../../schema/checked.ts';
import type { ClientCapabilities } from '../../protocol/capabilities.ts';
import type { InputRequest } from '../../protocol/results.ts';
import type { AskKind } from '../journal/journal.ts';
import type { QuestionDigest } from '../journal/question.ts';

/** One question, ready to be asked, recognised and judged (F7, F9). */
export interface Ask<T> {
  readonly kind: AskKind;
  readonly key: string;
  readonly question: QuestionDigest;
  /** What the client must have declared to be asked (F11, MS-8). */
  readonly needs: ClientCapabilities;
  /** Whether an answer may be taken before the question was ever sent (F16). */
  readonly acceptsUnsolicited: boolean;
  /** The wire form, with `problems` in front of the message; nothing for a checkpoint (F17). */
  render(problems: readonly string[]): InputRequest | undefined;
  /** Whether an answer will do: the value to record, or what is wrong, for the user's eyes. */
  judge(answer: unknown): Checked | Promise<Checked>;
  /** What the author gets for a recorded value. */
  revive(value: unknown): T;
}

/** A question that is to be sent. */
export interface OpenAsk {
  /** What is asked for; a checkpoint asks for nothing. */
  readonly kind: AskKind;
  /** The author's key: answers come under it. */
  readonly key: string;
  /** Recognises the question when it is asked again. */
  readonly question: QuestionDigest;
  /** How often it will have been sent, this time included. */
  readonly sendings: number;
  /** What the client must have declared to be asked. */
  readonly needs: ClientCapabilities;
  /** What goes over the wire: nothing for a checkpoint. */
  readonly request: InputRequest | undefined;
}
