/**
 * The tools with which models follow tasks whose clients know nothing of them (K15). They are there as
 * soon as a tool has `withoutTasks: 'tools'`, and shown while one has.
 */
import { invalidOptions } from '../../base/errors.ts';
import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import { quote } from '../../base/quote.ts';
import { RpcError } from '../../protocol/rpc-error.ts';
import type { OwnContext, RegisteredItem, TaskConfig, Wrapper } from '../../server/extension.ts';
import { readAllowed, usesOf } from '../access.ts';
import { answerQuestions, answersProblem } from '../answers.ts';
import type { TaskHost } from '../runs/task-host.ts';
import { openQuestions } from './asking.ts';
import { followTask } from './follow.ts';
import { ANSWER, CANCEL, STATUS, failure, nextCalls, textResult } from './texts.ts';
import { unknownTask } from './unknown-task.ts';

type Callback = (args: UnknownRecord, ctx: OwnContext) => Promise<unknown>;

const TASK_ID = {
  type: 'string',
  description: 'The taskId from the result of the call that began it',
};

const SCHEMAS = {
  one: { type: 'object', properties: { taskId: TASK_ID }, required: ['taskId'] },
  answer: {
    type: 'object',
    properties: {
      taskId: TASK_ID,
      question: { type: 'string', description: `The name of the question, from ${STATUS}` },
      answer: { type: 'object', description: `An object that fits the schema from ${STATUS}` },
    },
    required: ['taskId', 'question', 'answer'],
  },
};

export class StatusTools {
  readonly #host: TaskHost;
  readonly #added = new Map<string, { remove(): void }>();
  #isAdding = false;
  /** Around these tools: who follows a task needs the scopes of its tool, by its arguments (A9). */
  readonly #scopes: Wrapper = {
    before: async ({ args, exchange }) => {
      const { taskId } = args as { readonly taskId: string };
      const tasks = await readAllowed(this.#host, [taskId], exchange.principal);
      await this.#host.port.admit(await usesOf(this.#host, tasks), exchange);
      return undefined;
    },
  };

  constructor(host: TaskHost) {
    this.#host = host;
  }

  /**
   * A tool is registered, or changed.
   *
   * @returns what is around it, if it is one of these tools
   * @throws RondoError `invalid_options`
   */
  registered({ target, config }: RegisteredItem): Wrapper | undefined {
    if (this.#isAdding) return this.#scopes;
    const isWanted = (config as TaskConfig).withoutTasks === 'tools';
    if ([STATUS, CANCEL, ANSWER].includes(target)) this.#yield(target, isWanted);
    if (isWanted) this.#add();
    return undefined;
  }

  /** A question may be answered by models: from now on there is a tool for it. */
  modelMayAnswer(): void {
    if (this.#added.size > 0 && !this.#added.has(ANSWER)) this.#addAnswer();
  }

  /** The author may have the name while no tool needs it. */
  #yield(name: string, isWanted: boolean): void {
    if (isWanted || this.#host.tools.haveStatusTools) throw isTaken(name);
    for (const tool of this.#added.values()) tool.remove();
    this.#added.clear();
  }

  #add(): void {
    if (this.#added.size > 0) return;
    const taken = [STATUS, CANCEL, ANSWER].find((name) => this.#host.port.tool(name) !== undefined);
    if (taken !== undefined) throw isTaken(taken);
    this.#register(
      STATUS,
      {
        title: 'Status of a task',
        description:
          'Waits for a task that goes on in the background, and returns its result. If it has not ended ' +
          'by then, says how far it is and what to do next.',
        inputSchema: SCHEMAS.one,
        annotations: { readOnlyHint: true, openWorldHint: false },
      },
      (args, ctx) => this.#status(args, ctx),
    );
    this.#register(
      CANCEL,
      {
        title: 'Cancel a task',
        description:
          'Ends a task that goes on in the background. What it has done by then stays done.',
        inputSchema: SCHEMAS.one,
        annotations: { destructiveHint: true, idempotentHint: true, openWorldHint: false },
      },
      (args, ctx) => this.#cancel(args, ctx),
    );
  }

  #addAnswer(): void {
    this.#register(
      ANSWER,
      {
        title: 'Answer a question of a task',
        description:
          'Answers a question of a task that you may answer yourself. Which questions these are, and ' +
          `which answers fit, is in the result of ${STATUS}. All others are for the user.`,
        inputSchema: SCHEMAS.answer,
        annotations: { openWorldHint: false },
      },
      (args, ctx) => this.#answer(args, ctx),
    );
  }

  #register(name: string, config: UnknownRecord, callback: Callback): void {
    const visible = (): boolean => this.#host.tools.haveStatusTools;
    this.#isAdding = true;
    try {
      this.#added.set(
        name,
        this.#host.port.registerTool(name, { ...config, visible, task: 'never' }, callback),
      );
    } finally {
      this.#isAdding = false;
    }
  }

  async #status({ taskId }: UnknownRecord, ctx: OwnContext): Promise<unknown> {
    const { syncWait: wait } = this.#host.options;
    const followed = { tool: STATUS, declared: ctx.client.capabilities, wait };
    try {
      return await followTask(this.#host, { taskId: taskId as string, ...followed }, ctx);
    } catch (error) {
      if (error instanceof RpcError) return failure(`The task has failed: ${error.message}`);
      throw error;
    }
  }

  async #cancel({ taskId }: UnknownRecord, ctx: OwnContext): Promise<unknown> {
    const { store, options } = this.#host;
    const [task] = await readAllowed(this.#host, [taskId as string], ctx.principal);
    if (task === undefined) return unknownTask(this.#host, CANCEL);
    const isCancelled = await store.cancel(task.taskId, options.retention);
    if (isCancelled) this.#host.wake(task.taskId);
    if (isCancelled) return textResult(`Task ${task.taskId} is cancelled.`);
    return textResult(`Task ${task.taskId} had ended already: call ${STATUS} for its result.`);
  }

  async #answer({ taskId, question, answer }: UnknownRecord, ctx: OwnContext): Promise<unknown> {
    const host = this.#host;
    const [task] = await readAllowed(host, [taskId as string], ctx.principal);
    if (task === undefined) return unknownTask(host, ANSWER);
    const found = (await openQuestions(host, task)).find(({ wire }) => wire === question);
    if (found === undefined)
      return failure(`No question of this name is open. Call ${STATUS} to see what is.`);
    if (!found.isForModel)
      return failure(
        `Only the user may answer this question: ${STATUS} asks where that is possible.`,
      );
    const content = isRecord(answer) ? answer : {};
    const given = { [found.wire]: { action: 'accept', content } };
    const problem = answersProblem(given);
    if (problem !== undefined) return failure(problem);
    const wasOpen = await answerQuestions(host, task, given);
    return textResult(
      wasOpen ? 'The answer was given.' : 'The question had its answer already.',
      nextCalls(task.taskId),
    );
  }
}

function isTaken(name: string): Error {
  return invalidOptions(
    `${quote(name)} is the name of a tool that withoutTasks: 'tools' adds. Give yours another name.`,
  );
}
