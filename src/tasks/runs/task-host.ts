/** What all that has to do with the tasks of one server shares; `ServerTasks` is it. */
import type { Principal } from '../../protocol/principal.ts';
import type { ExtendedServer, ServerPort, ToolView } from '../../server/extension.ts';
import type { Claimable, TaskLease, TaskRecord, TaskStore } from '../contract.ts';
import type { Moment } from '../../stored/moment.ts';
import type { ResolvedTaskOptions } from '../stored/options.ts';
import type { ReplyRecorders } from '../../stored/reply-recorder.ts';
import type { SecretStore } from '../../stored/secret-store.ts';
import type { TaskRows } from '../stored/stored-ask.ts';
import type { TaskCall } from '../stored/task-call.ts';
import type { TaskSeal } from '../stored/task-seal.ts';

/** The parts of a store that tasks need. */
export interface TaskParts<Transaction = unknown> {
  readonly tasks: TaskStore<Transaction>;
  readonly secret: SecretStore;
  /** Whether all of it ends with the process: then nothing is sealed. */
  readonly isVolatile: boolean;
  /** Of the guard of the same store. Default: it has none. */
  readonly recorders?: ReplyRecorders;
}

/** A task that runs here. */
export interface HeldRun {
  readonly taskId: string;
  readonly lease: TaskLease;
  /** Something may have happened to the task. */
  look(): void;
  /** Its lease was renewed by what was sent then. */
  renewed(sent: Moment, wanted: number): void;
  /** Another worker has the task, or it has ended. */
  lost(): void;
  /** Nothing new is begun: what waits, or is about to begin a step, is left to others. */
  leave(): void;
  /** It is not waited for any longer. */
  abandon(): void;
}

/** How a run holds its task. */
export interface Hold {
  /** When its lease was asked for. */
  readonly heldSince: Moment;
  /** Whether it may still lose its claim with a database that fails: see {@link TaskStore.claim}. */
  readonly isNewClaim: boolean;
}

/** A task that is to run here. */
export interface HeldTask extends Hold {
  readonly lease: TaskLease;
  /** The name under which its tool is registered now. */
  readonly tool: string;
  readonly rows: TaskRows;
  readonly limits: ToolView['limits'];
  /** What is wanted of it, as far as it is known. */
  readonly wanted: number;
}

export interface TaskHost {
  readonly store: TaskStore;
  readonly options: ResolvedTaskOptions;
  /** Of the guard of the same store. */
  readonly recorders: ReplyRecorders | undefined;
  readonly server: ExtendedServer;
  readonly port: ServerPort;
  /** Whether nothing new is begun. */
  readonly isClosing: boolean;
  readonly tools: KnownTools;
  /** The tasks that run here, by id. */
  readonly runs: Map<string, HeldRun>;
  /** Ends the calls that wait for a task: the server shuts down. */
  readonly waiting: Set<() => void>;
  readonly leases: {
    add(run: HeldRun): void;
    remove(run: HeldRun): void;
    renew(runs: readonly HeldRun[]): Promise<void>;
  };
  readonly worker: {
    /** Whether one more task can run here, also where nothing is claimed. */
    readonly hasRoom: boolean;
    /** Whether it claims tasks: then the process is there to stay. */
    readonly isWorking: boolean;
    /** Whether it runs a task that is created now, before others have a chance to. */
    readonly takesNew: boolean;
    /** Runs a task that this server holds. @param heldSince when its lease was asked for */
    play(task: TaskRecord, lease: TaskLease, heldSince: Moment): void;
    occupied(run: object): void;
    vacated(run: object): void;
  };
  readonly discards: { add(taskId: string): void };
  readonly seal: Promise<TaskSeal>;
  rowsOf(taskId: string): Promise<TaskRows>;
  callOf(task: TaskRecord): Promise<TaskCall>;
  principalDigest(principal: Principal | undefined): Promise<string>;
  /** Something of the task has changed, or will be due. */
  wake(taskId: string, at?: number): void;
  /** The same, where no worker has anything to do. */
  changed(taskId: string): void;
  /** A task waits for a worker to claim it. */
  leftToWorker(): void;
  /** A task asks what a model may answer. */
  onModelMayAnswer(): void;
  /** Something has failed that no caller hears of. */
  warn(what: string, error: unknown, kind?: string): void;
}

export interface KnownTools {
  /** Whether a tool is registered now whose tasks models follow with tools. */
  readonly haveStatusTools: boolean;
  /** The tool that is registered now as `target`, or continues its tasks. */
  named(target: string): { readonly name: string; readonly view: ToolView } | undefined;
  /** The names, old ones too, of tools that every caller may use. */
  readonly openTargets: readonly string[];
  claimable(): Promise<Claimable>;
}
