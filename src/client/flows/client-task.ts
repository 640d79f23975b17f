import type { UnknownRecord } from '../../base/json/json.ts';
import { TaskMethod } from '../../protocol/names/methods.ts';
import type { Task } from '../../protocol/task.ts';
import type { CallOptions } from '../calls/call-options.ts';
import type { Stepper } from './stepper.ts';
import { readTask } from './task-of-flow.ts';

/** What a task needs of its client. */
export interface TaskClient {
  send(method: string, params: UnknownRecord, options: CallOptions): Promise<UnknownRecord>;
  /** A flow that is this task. */
  follow(): Stepper;
}

/** A task of a server, by its id: also one that another process has begun. */
export class ClientTask {
  readonly taskId: string;
  readonly #client: TaskClient;

  /** @internal */
  constructor(taskId: string, client: TaskClient) {
    this.taskId = taskId;
    this.#client = client;
  }

  /**
   * The task as it is now, also one that has failed or was cancelled.
   *
   * @throws RpcError for a task that is unknown, expired or of somebody else; as `client.callTool`
   */
  async get(options: CallOptions = {}): Promise<Task> {
    return readTask(await this.#client.send(TaskMethod.get, { taskId: this.taskId }, options));
  }

  /** Ends the task. One that has ended stays as it is. @throws as {@link get} */
  async cancel(options: CallOptions = {}): Promise<void> {
    await this.#client.send(TaskMethod.cancel, { taskId: this.taskId }, options);
  }

  /** A flow that is `working` as this task: `advance()` waits until it asks or has ended. */
  follow(): Stepper {
    return this.#client.follow();
  }
}
