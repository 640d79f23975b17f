/** The Tasks extension, as a store adds it to a server (SEP-2663). */
import { invalidOptions } from '../base/errors.ts';
import { missingCapabilities } from '../protocol/capabilities.ts';
import { missingCapability } from '../protocol/rpc-error.ts';
import type {
  ContextMembers,
  ExtendedCall,
  ExtendedServer,
  Extension,
  Finished,
  GuardConfig,
  LazyStanding,
  Live,
  Next,
  RegisteredItem,
  TaskConfig,
  Wrapper,
} from '../server/extension.ts';
import { TASKS_EXTENSION } from '../protocol/names/methods.ts';
import { idempotencyKeyOf } from '../stored/idempotency-key.ts';
import { quote } from '../base/quote.ts';
import { NEEDS } from './extension-id.ts';
import { Foreground } from './runs/foreground.ts';
import { taskMethods } from './methods.ts';
import { type Begun, beginTask, replyOf, runTaskHere } from './runs/new-task.ts';
import { assertKeys } from '../stored/assert-keys.ts';
import { type FollowedCall, followedCall, followedIn } from './status/followed-call.ts';
import type { TaskRecord } from './contract.ts';
import { taskListening } from './notifications.ts';
import { TASK_CONFIG, readTaskOptions } from './stored/options.ts';
import { ServerTasks } from './server-tasks.ts';
import type { TaskParts } from './runs/task-host.ts';
import type { TaskRun } from './runs/task-run.ts';

/** @throws RondoError `invalid_options` */
export function tasksExtension(parts: TaskParts, server: ExtendedServer): Extension {
  assertKeys(parts, server);
  const host = new ServerTasks(parts, server, readTaskOptions(server.options.tasks));
  return {
    capabilities: () => ({ extensions: { [TASKS_EXTENSION]: {} } }),
    reads: TASK_CONFIG,
    methods: taskMethods(host),
    listen: taskListening(host),
    register: (item) => wrapperOf(host, item),
    context: MEMBERS,
    work: {
      start: (concurrency) => host.worker.start(concurrency),
      run: (ms, concurrency) => host.worker.run(ms, concurrency),
    },
    start: (port) => void (host.port = port),
    close: async () => {
      host.isClosing = true;
      await host.worker.close();
    },
  };
}

/** Prompts and resources are never tasks (TS-4). */
function wrapperOf(host: ServerTasks, item: RegisteredItem): Wrapper {
  const config = checkedConfig(item);
  const isTool = item.method === 'tools/call';
  const ofStatusTools = isTool ? host.statusTools.registered(item) : undefined;
  if (ofStatusTools !== undefined) return ofStatusTools;
  if (isTool) host.tools.add(item);
  const { task, withoutTasks, idempotencyKey } = config;
  const mayBe = isTool && task !== 'never';
  const isPlain = task === undefined && withoutTasks !== 'tools' && idempotencyKey === undefined;
  return mayBe && !isPlain ? wrapperAround(host, config) : lateWrapper(host, mayBe);
}

/** Around what can be a task although its handler does not say so. */
function wrapperAround(host: ServerTasks, config: TaskConfig & GuardConfig): Wrapper {
  const hasTools = config.withoutTasks === 'tools';
  const isNamed = config.idempotencyKey !== undefined;
  const how = { wait: hasTools ? host.options.syncWait : Infinity, isNamed };
  return {
    before: config.task === 'required' ? refuseOthers : undefined,
    around: async (call, standing, next) => {
      const followed = hasTools || isNamed ? followedIn(standing.ownState) : undefined;
      if (followed !== undefined) return followedCall(host, followed, { call, next, ...how });
      const idempotency = await idempotencyOf(host, config, call);
      const knows = canHaveTasks(call);
      const canBe = knows || hasTools;
      if (canBe && !knows && standing.round === 1) admitForms(standing);
      const begun = begunBy(host, { call, standing, next, idempotency, knows, ...how });
      const isTask = isAlways(config) && isUntouched(standing);
      if (isTask && canBe) return standing.isDeferred ? endUnbegun(next) : beginTask(host, begun);
      // With `once` the guard has claimed it.
      if (isTask && isNamed && config.replay !== 'once') return runTaskHere(host, begun);
      const after =
        config.task === 'auto' && canBe && !standing.isDeferred
          ? host.options.autoAfter
          : undefined;
      return new Foreground(host, begun, canBe).run(next, after);
    },
  };
}

/** Around what is a task only if its handler says so, or never: most calls have nothing to do with tasks. */
function lateWrapper(host: ServerTasks, mayBe: boolean): Wrapper {
  return {
    isLate: true,
    around: (call, standing, next) => {
      const knows = canHaveTasks(call);
      const own = { idempotency: undefined, knows, wait: Infinity, isNamed: false };
      const begun = begunBy(host, { call, standing, next, ...own });
      return new Foreground(host, begun, mayBe && knows).run(next);
    },
  };
}

function isAlways({ task }: TaskConfig): boolean {
  return task === 'always' || task === 'required';
}

/** Whether nothing has happened in the flow: in its first round, or where that has left it to the next. */
function isUntouched({ round, recorded, outstanding }: LazyStanding): boolean {
  return round === 1 || (recorded.entries.length === 0 && outstanding.length === 0);
}

/** Ends the round before its handler is called: the next one begins as this one. */
function endUnbegun(next: Next): Promise<Finished> {
  const load = (): Promise<never> => new Promise(() => undefined);
  const live = next({ journal: { load, append: () => undefined, drop: () => undefined } });
  live.suspend();
  return live.finished;
}

/** What has no effect where nothing is a task. */
const OF_TASKS = ['task', 'withoutTasks', 'aliases'];

/** @throws RondoError `invalid_options` */
function checkedConfig({ method, target, config }: RegisteredItem): TaskConfig {
  const ofTask = OF_TASKS.find((name) => config[name] !== undefined);
  if (ofTask !== undefined && method !== 'tools/call') {
    const why = 'is for tools: prompts and resources are never tasks.';
    throw invalidOptions(`'${ofTask}' of ${quote(target)} ${why}`);
  }
  const { task, withoutTasks, idempotencyKey, replay } = config as TaskConfig & GuardConfig;
  if (idempotencyKey !== undefined && !isAlways(config as TaskConfig) && replay !== 'once') {
    throw invalidOptions(
      "'idempotencyKey' needs task: 'always' or 'required', or replay: 'once': only these are remembered.",
    );
  }
  if (withoutTasks === 'tools' && task === 'never') {
    throw invalidOptions("withoutTasks: 'tools' is for tools that can be tasks: task is 'never'.");
  }
  if (withoutTasks === 'tools' && config['outputSchema'] !== undefined) {
    throw invalidOptions(
      "withoutTasks: 'tools' answers with a text where a call takes long, which no outputSchema fits.",
    );
  }
  return config as TaskConfig;
}

interface Beginning extends Pick<Begun, 'call' | 'standing' | 'idempotency'>, FollowedCall {
  /** Whether the client can have tasks. */
  readonly knows: boolean;
}

function begunBy(host: ServerTasks, { knows, wait, ...begun }: Beginning): Begun {
  const cameAt = performance.now();
  const reply = (task: TaskRecord): Promise<Finished> => {
    if (knows) return replyOf(host, task);
    const left = Math.max(0, wait - (performance.now() - cameAt));
    return followedCall(host, task.taskId, { ...begun, wait: left });
  };
  const recorder = knows ? host.recorders?.get(begun.call) : undefined;
  return { ...begun, reply, recorder };
}

/** Some day somebody may answer the forms of such a task: whoever calls `task_status` (K15). */
function admitForms(standing: LazyStanding): void {
  const { capabilities, ...origin } = standing.origin;
  const elicitation = { ...capabilities.elicitation, form: {} };
  standing.begin({ ...origin, capabilities: { ...capabilities, elicitation } });
}

/** @throws RpcError if the author's function gives no key (K17) */
async function idempotencyOf(
  host: ServerTasks,
  config: TaskConfig,
  call: ExtendedCall,
): Promise<string | undefined> {
  const key = idempotencyKeyOf(config, call);
  if (key === undefined) return undefined;
  const { audience } = host.server;
  const principal = await host.principalDigest(call.exchange.principal);
  return (await host.seal).digest('idempotency', audience, principal, call.target, key);
}

function canHaveTasks({ meta }: ExtendedCall): boolean {
  return missingCapabilities(NEEDS, meta.capabilities) === undefined;
}

/** TS-3: before the handler runs. */
function refuseOthers({ meta }: ExtendedCall): undefined {
  const missing = missingCapabilities(NEEDS, meta.capabilities);
  if (missing !== undefined) throw missingCapability(missing);
}

/** A round whose context has these members has been wrapped, so that it has one. */
function ownerOf({ owner }: Live): Pick<TaskRun, 'detach' | 'sleep' | 'describe'> {
  return owner as TaskRun | Foreground;
}

const MEMBERS: ContextMembers = {
  detach: (live: Live) => ownerOf(live).detach(live),
  sleep: (live: Live, key: string, ms: number) => ownerOf(live).sleep(live, key, ms),
  status: (live: Live, message: string) => ownerOf(live).describe(message),
};
