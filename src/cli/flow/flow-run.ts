import type { CallOptions } from '../../client/calls/call-options.ts';
import { answerAll } from '../../client/flows/answering.ts';
import { type RoundSteps, drive } from '../../client/flows/drive.ts';
import type { Stepper } from '../../client/flows/stepper.ts';
import type { UnknownRecord } from '../../base/json/json.ts';
import type { Implementation } from '../../protocol/results.ts';
import type { AskedQuestion, Draft } from '../questions/answerer.ts';
import { policyNotice } from '../questions/policy-notice.ts';
import { unanswerable } from '../questions/unanswerable.ts';
import { describeAddress } from '../target/target.ts';
import { cleanJson, cleanLine } from '../terminal/clean.ts';
import { paint } from '../terminal/paint.ts';
import { OutputError, Unfinished } from '../failure.ts';
import { why } from '../system-words.ts';
import type { FlowFile } from './flow-file.ts';
import { adviceFor, isWrongResult } from './advice.ts';
import type { Drafts, SavedFlow } from './saved-flow.ts';
import type { Session } from './session.ts';
import { taskCommand } from './task-command.ts';
import { describeReceived, describeSending } from './round-lines.ts';
import { messageOf } from '../../base/thrown.ts';

/** What an earlier process has saved of a flow. */
export type Earlier = Pick<SavedFlow, 'server' | 'refused' | 'drafts'>;

/** Runs a flow to its end, and saves it in its file after each change. */
export class FlowRun implements RoundSteps {
  readonly #session: Session;
  readonly #stepper: Stepper;
  readonly #file: FlowFile | undefined;
  #server: Implementation | undefined;
  #drafts: Drafts;
  /** Why the flow cannot be saved, once that has been said. */
  #unsaved: string | undefined;
  /** Keys of questions that were refused. */
  readonly refused: Set<string>;

  constructor(session: Session, stepper: Stepper, file?: FlowFile, earlier?: Earlier) {
    this.#session = session;
    this.#stepper = stepper;
    this.#file = file;
    this.#server = earlier?.server;
    this.refused = new Set(earlier?.refused);
    this.#drafts = earlier?.drafts ?? {};
  }

  /**
   * Sends rounds and answers their questions until there is a result, and prints it. The file has the
   * result until it is printed: what the call has done may not be done a second time.
   *
   * @throws Unfinished with what went wrong, and how to continue
   */
  async toEnd(print: (result: UnknownRecord) => Promise<void>): Promise<UnknownRecord> {
    await this.#do(() => drive(this.#stepper, this, this.#session.signal), print);
    return this.#stepper.result!;
  }

  /**
   * Answers what a task asks now, and does not wait for what becomes of that; a result that is there is
   * printed.
   *
   * @throws Unfinished
   */
  async answerOnce(print: (result: UnknownRecord) => Promise<void>): Promise<void> {
    await this.#do(async () => {
      await this.#look();
      if (this.#stepper.status !== 'asking') return;
      await this.answer();
      await this.#look();
    }, print);
  }

  async #do(
    work: () => Promise<void>,
    print: (result: UnknownRecord) => Promise<void>,
  ): Promise<void> {
    const { signal } = this.#session;
    try {
      await work();
      const { result } = this.#stepper;
      if (result === undefined) return;
      await print(result);
      this.#removeFile();
    } catch (error) {
      const wrongResult = isWrongResult(error) ? error.cause : undefined;
      const { json = false } = this.#session.options;
      if (wrongResult !== undefined && !json) await print(wrongResult);
      if (error instanceof OutputError) this.#showUnprinted(error);
      const cause: unknown = signal.aborted ? signal.reason : error;
      throw new Unfinished(cause, this.#advice(cause), wrongResult);
    }
  }

  /** The last way to show a result that neither standard output nor a file has taken. */
  #showUnprinted({ isClosed }: OutputError): void {
    if (isClosed || this.#file?.isWritten) return;
    this.#session.status.show(cleanJson(this.#stepper.result, 2));
  }

  /** Sends the next round, and saves the flow. */
  send(): Promise<void> {
    return this.#exchange((options) => this.#stepper.advance(options));
  }

  #look(): Promise<void> {
    return this.#exchange((options) => this.#stepper.look(options));
  }

  async #exchange(request: (options: CallOptions) => Promise<void>): Promise<void> {
    const { status, callOptions, options } = this.#session;
    const stepper = this.#stepper;
    const showLine = (text: string): void => status.say(paint(status.stream, 'dim', text));
    if (options.verbose) showLine(describeSending(stepper.snapshot));
    status.begin(`Waiting for ${cleanLine(describeAddress(this.#session.address))}`);
    await request(callOptions);
    status.end();
    this.#drafts = {};
    this.#server = stepper.server ?? this.#server;
    if (options.verbose) showLine(describeReceived(stepper.snapshot));
    this.#save();
  }

  /** Answers one question at a time, and saves each answer, so that the user gives it only once. */
  async answer(): Promise<void> {
    const { answerer } = this.#session;
    const { questions, unanswered } = this.#stepper;
    const asking = unanswered.filter((key) => questions[key]!.method === 'elicitation/create');
    const hopeless = asking.filter((key) => !answerer.canAnswer(key));
    if (hopeless.length > 0) throw unanswerable(questions, hopeless);
    const all = Object.keys(questions);
    for (const key of unanswered) await this.#answerOne(key, all.indexOf(key) + 1, all.length);
  }

  async #answerOne(key: string, number: number, of: number): Promise<void> {
    const { answerer, address, roots, options, signal, status } = this.#session;
    const position = { number, of, where: describeAddress(address), ...this.#draftOf(key) };
    const question = { [key]: this.#stepper.questions[key]! };
    const answers = await answerAll(question, this.#server, signal, {
      allowInsecureUrls: options.allowInsecureUrls ?? false,
      handlers: {
        onElicit: (form, context) => answerer.form(form, { ...context, ...position }),
        onElicitUrl: (url, context) => answerer.url(url, { ...context, ...position }),
        ...(roots && { roots }),
      },
      onRefused: ({ reason }) => {
        this.refused.add(key);
        if (reason === 'policy') status.say(policyNotice(key, question[key]!));
      },
    });
    this.#stepper.answer(key, answers[key]!);
    this.#save();
  }

  /** What has been filled in of a form, and where to save it: the user may stop in the middle. */
  #draftOf(key: string): Pick<AskedQuestion, 'draft' | 'onDraft'> {
    const onDraft = (draft: Draft): void => {
      this.#drafts = { ...this.#drafts, [key]: draft };
      this.#save();
    };
    const draft = Object.hasOwn(this.#drafts, key) ? this.#drafts[key] : undefined;
    return { onDraft, ...(draft && { draft }) };
  }

  #removeFile(): void {
    try {
      this.#file?.remove();
    } catch (error) {
      this.#session.status.say(`rondo: ${this.#file!.path} cannot be removed: ${why(error)}.`);
    }
  }

  /** Saves the flow. If that fails, says so, once, and continues: the flow itself is not lost. */
  #save(): void {
    if (this.#file === undefined) return;
    try {
      this.#file.write(this.#saved());
    } catch (error) {
      const problem = messageOf(error);
      if (problem !== this.#unsaved) this.#session.status.say(`rondo: ${problem}`);
      this.#unsaved = problem;
    }
  }

  #saved(): SavedFlow {
    const { address, options } = this.#session;
    return {
      format: 1,
      address,
      env: options.env ?? [],
      roots: options.root ?? [],
      hadHeaders: options.header !== undefined,
      ...(this.#server && { server: this.#server }),
      refused: [...this.refused],
      drafts: this.#drafts,
      flow: this.#stepper.toJSON(),
    };
  }

  #advice(cause: unknown): string {
    const { options, address } = this.#session;
    const { answers, round, task } = this.#stepper.snapshot;
    const path = this.#file?.isWritten ? this.#file.path : undefined;
    const hasResult = this.#stepper.status === 'complete';
    return adviceFor(cause, {
      path,
      hasResult,
      hasBegun: round > 0,
      answers,
      options,
      follow: task && taskCommand('answer', address, task.taskId),
    });
  }
}
