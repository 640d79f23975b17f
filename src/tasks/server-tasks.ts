/** The tasks of one server: what its parts share, put together. */
import type { Principal } from '../protocol/principal.ts';
import type { ExtendedServer, ServerPort } from '../server/extension.ts';
import { principalTag } from '../state/binding.ts';
import type { ReplyRecorders } from '../stored/reply-recorder.ts';
import { StoreSecret } from '../stored/store-secret.ts';
import { type TaskRecord, type TaskStore, isLeaseLost } from './contract.ts';
import { Discards } from './runs/discards.ts';
import { Leases } from './runs/leases.ts';
import { MissingWorker } from './runs/missing-worker.ts';
import type { ResolvedTaskOptions } from './stored/options.ts';
import { TaskRows } from './stored/stored-ask.ts';
import { type TaskCall, readCall } from './stored/task-call.ts';
import type { HeldRun, TaskHost, TaskParts } from './runs/task-host.ts';
import { type TaskSeal, taskSeal } from './stored/task-seal.ts';
import { Tools } from './tools.ts';
import { StatusTools } from './status/status-tools.ts';
import { Worker } from './runs/worker.ts';
import { RepeatedWarnings } from '../base/logging/repeated-warnings.ts';
import { shownMessage } from '../base/shown-text.ts';

export class ServerTasks implements TaskHost {
  readonly store: TaskStore;
  readonly options: ResolvedTaskOptions;
  readonly recorders: ReplyRecorders | undefined;
  readonly server: ExtendedServer;
  readonly tools: Tools;
  readonly leases: Leases;
  readonly worker: Worker;
  readonly discards: Discards;
  /** The tasks that run here, by id. */
  readonly runs: Map<string, HeldRun> = new Map();
  readonly waiting: Set<() => void> = new Set();
  readonly statusTools: StatusTools;
  port!: ServerPort;
  /** Whether nothing new is begun. */
  isClosing = false;
  readonly #parts: TaskParts;
  readonly #warnings: RepeatedWarnings;
  readonly #missingWorker: MissingWorker;
  #seal: Promise<TaskSeal> | undefined;

  constructor(parts: TaskParts, server: ExtendedServer, options: ResolvedTaskOptions) {
    this.#parts = parts;
    this.#warnings = new RepeatedWarnings(server.logger);
    this.store = parts.tasks;
    this.recorders = parts.recorders;
    this.server = server;
    this.options = options;
    this.tools = new Tools(this);
    this.leases = new Leases(this);
    this.worker = new Worker(this);
    this.discards = new Discards(this);
    this.#missingWorker = new MissingWorker(this);
    this.statusTools = new StatusTools(this);
  }

  /** Loaded once; again if that has failed. */
  get seal(): Promise<TaskSeal> {
    this.#seal ??= this.#loadSeal().catch((error) => {
      this.#seal = undefined;
      throw error;
    });
    return this.#seal;
  }

  async #loadSeal(): Promise<TaskSeal> {
    const { isVolatile, secret } = this.#parts;
    const { sealerFor } = this.server;
    const loaded = await StoreSecret.load(isVolatile ? undefined : sealerFor('secret'), secret);
    return taskSeal(isVolatile ? undefined : sealerFor('task'), loaded);
  }

  async rowsOf(taskId: string): Promise<TaskRows> {
    return new TaskRows(taskId, await this.seal);
  }

  async callOf({ taskId, call }: TaskRecord): Promise<TaskCall> {
    return readCall((await this.seal).open({ taskId, column: 'call', key: '' }, call));
  }

  async principalDigest(principal: Principal | undefined): Promise<string> {
    return (await this.seal).digest('principal', principalTag(principal));
  }

  /** Something of the task has changed, or will be due. */
  wake(taskId: string, at?: number): void {
    this.store.wakeUps.wake(taskId, at);
    if (at !== undefined) this.worker.dueAt(at);
  }

  /** The same, where no worker has anything to do. */
  changed(taskId: string): void {
    const { wakeUps } = this.store;
    if (wakeUps.changed === undefined) wakeUps.wake(taskId);
    else wakeUps.changed(taskId);
  }

  leftToWorker(): void {
    // The workers of other stores may be anywhere.
    if (this.#parts.isVolatile) this.#missingWorker.expect();
  }

  onModelMayAnswer(): void {
    this.statusTools.modelMayAnswer();
  }

  /**
   * Something has failed that no caller hears of.
   *
   * @param kind what is the same of warnings that are logged together. Default: all of `what`
   */
  warn(what: string, error: unknown, kind: string = what): void {
    if (isLeaseLost(error)) return;
    const why = shownMessage(error);
    this.#warnings.warn(`Tasks: ${what}: ${why}`, `${kind}: ${why}`);
  }
}
