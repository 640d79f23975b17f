/** The Tasks extension: TS is what the server has to do, TC what the client has to do. */
import type { Requirements } from './requirement.ts';

const EXTENSION = 'io.modelcontextprotocol/tasks';

export const TASK_SERVER: Requirements = {
  'TS-1': {
    level: 'MUST',
    text: `The server advertises the extension as \`capabilities.extensions["${EXTENSION}"]\`, and has no \`capabilities.tasks\`.`,
    sources: ['tasks', 'SEP-2663'],
    scenarios: ['tasks-capability-negotiation'],
  },
  'TS-2': {
    level: 'MUST',
    text: 'A task is returned only if this very request declares the extension. Otherwise the call runs to its end.',
    sources: ['tasks'],
    scenarios: ['tasks-capability-negotiation'],
  },
  'TS-3': {
    level: 'MUST',
    text: 'A call that cannot run to its end is then refused with `-32021` under HTTP 400, naming the extension.',
    sources: ['tasks', 'basic'],
    scenarios: ['tasks-required-task-error'],
  },
  'TS-4': {
    level: 'MUST',
    inferred: true,
    text: 'Only `tools/call` may become a task, and only the server decides, call by call. `params.task` is ignored.',
    sources: ['tasks', 'SEP-2663'],
    scenarios: ['tasks-dispatch-and-envelope'],
  },
  'TS-5': {
    level: 'MUST',
    text: 'A new task has `resultType: "task"`, and nothing else has. It is a flat object, without `task`, `result`, `error`, `inputRequests` or `requestState`.',
    sources: ['tasks', 'schema'],
    scenarios: ['tasks-lifecycle', 'tasks-request-state-removal'],
  },
  'TS-6': {
    level: 'MUST',
    inferred: true,
    text: 'It has `taskId`, `status`, `createdAt` and `lastUpdatedAt` in ISO 8601, `ttlMs` (an integer or null), and perhaps `pollIntervalMs` and `statusMessage`.',
    sources: ['schema'],
    scenarios: ['tasks-wire-fields'],
  },
  'TS-7': {
    level: 'MUST',
    text: 'The reply goes out once the task is durable: a `tasks/get` right behind it finds it.',
    sources: ['tasks'],
    scenarios: ['tasks-dispatch-and-envelope'],
  },
  'TS-8': {
    level: 'MUST',
    text: '`tasks/get` is a complete result with the task by its status: working, input required with its questions, completed with its result, failed with its error, cancelled.',
    sources: ['tasks'],
    scenarios: ['tasks-lifecycle', 'tasks-dispatch-and-envelope'],
  },
  'TS-9': {
    level: 'MUST',
    text: '`inputRequests` lists all questions that are open, each time.',
    sources: ['tasks'],
    scenarios: ['tasks-mrtr-input'],
  },
  'TS-10': {
    level: 'MUST',
    text: 'A task fails only with a JSON-RPC error, which stands in it. A result with `isError` is completed.',
    sources: ['tasks'],
    scenarios: ['tasks-lifecycle'],
  },
  'TS-11': {
    level: 'MUST',
    text: 'The key of a question is never used for another one in the life of a task.',
    sources: ['tasks'],
  },
  'TS-12': {
    level: 'MUST',
    text: '`tasks/update` is answered with an empty complete result. Its effect may show later.',
    sources: ['tasks'],
    scenarios: ['tasks-mrtr-input'],
  },
  'TS-13': {
    level: 'SHOULD',
    text: 'Answers to questions that are unknown, answered or replaced are ignored. Some of the answers may be taken first, and the task waits for the others.',
    sources: ['tasks'],
    scenarios: ['tasks-mrtr-input', 'tasks-dispatch-and-envelope'],
  },
  'TS-14': {
    level: 'MUST',
    text: '`tasks/cancel` is answered with an empty complete result, also for a task that has ended. The task may still end otherwise.',
    sources: ['tasks'],
    scenarios: ['tasks-lifecycle'],
  },
  'TS-15': {
    level: 'MUST',
    text: 'A task that is unknown or expired is `-32602` for `tasks/get`, and should be for `tasks/update` and `tasks/cancel`.',
    sources: ['tasks'],
    scenarios: ['tasks-dispatch-and-envelope'],
  },
  'TS-16': {
    level: 'MUST',
    text: '`tasks/*` without the extension declared is `-32021` under HTTP 400, before the task is looked for.',
    sources: ['tasks'],
    scenarios: ['tasks-capability-negotiation'],
  },
  'TS-17': {
    level: 'MUST',
    text: '`tasks/result` and `tasks/list` are unknown methods.',
    sources: ['SEP-2663'],
    scenarios: ['tasks-dispatch-and-envelope'],
  },
  'TS-18': {
    level: 'MUST',
    text: '`Mcp-Name` that is absent, or is not the id of the task, is `-32020` under HTTP 400.',
    sources: ['basic/transports/streamable-http', 'tasks'],
    scenarios: ['tasks-request-headers'],
  },
  'TS-19': {
    level: 'MUST',
    text: 'Who calls is authenticated and authorized for every `tasks/*`. Ids of tasks cannot be guessed.',
    sources: ['tasks'],
  },
  'TS-20': {
    level: 'MAY',
    text: 'A listen stream may carry `notifications/tasks`, with the whole task, for the ids it asks for and gets acknowledged.',
    sources: ['tasks'],
    scenarios: ['tasks-status-notifications'],
  },
  'TS-21': {
    level: 'MUST',
    text: '`taskIds` without the extension declared is `-32021` under HTTP 400. Tasks have no progress and no logs.',
    sources: ['tasks'],
  },
  'TS-22': {
    level: 'SHOULD',
    text: 'Rounds of a call come before its task is created; from then on questions go through the task. Keys and states of the two are separate.',
    sources: ['tasks', 'SEP-2663'],
    scenarios: ['tasks-mrtr-composition'],
  },
  'TS-23': {
    level: 'MUST',
    inferred: true,
    text: 'A task goes back and forth between working and input required, and from either to an end, where it stays. It is kept for `ttlMs` from its creation.',
    sources: ['tasks'],
    scenarios: ['tasks-wire-fields'],
  },
  'TS-24': {
    level: 'MUST',
    inferred: true,
    text: 'The result inside a task has no `io.modelcontextprotocol/related-task`.',
    sources: ['SEP-2663'],
    scenarios: ['tasks-wire-fields'],
  },
};

export const TASK_CLIENT: Requirements = {
  'TC-1': {
    level: 'MUST',
    inferred: true,
    text: 'The client declares the extension on `tools/call`, on every `tasks/*`, and when it listens to tasks.',
    sources: ['tasks'],
  },
  'TC-2': {
    level: 'MUST',
    text: 'The client takes a result or a task from any `tools/call`. A task from any other method is an invalid response.',
    sources: ['tasks'],
  },
  'TC-3': {
    level: 'SHOULD',
    text: 'The client polls at the newest `pollIntervalMs` until the task has ended or it has cancelled it. It keeps the ids of tasks somewhere safe.',
    sources: ['tasks'],
  },
  'TC-4': {
    level: 'SHOULD',
    text: 'The client answers with `tasks/update`, once or several times, and goes on watching. Consent is asked for as with questions of a call.',
    sources: ['tasks'],
  },
  'TC-5': {
    level: 'SHOULD',
    text: 'The client remembers which questions it has shown or answered, and answers only those that are open. There is no `requestState`.',
    sources: ['tasks', 'schema'],
  },
  'TC-6': {
    level: 'MUST',
    text: 'The client cancels a task with `tasks/cancel`, never with `notifications/cancelled`, and may then forget it.',
    sources: ['tasks'],
  },
  'TC-7': {
    level: 'MUST',
    text: 'Over HTTP, `Mcp-Name` is the id of the task and `Mcp-Method` the method.',
    sources: ['tasks'],
  },
  'TC-8': {
    level: 'MAY',
    text: 'The client may give a task up that has not changed by `createdAt` plus `ttlMs`, and may listen instead of polling.',
    sources: ['tasks'],
    excused: 'The client polls until the server says that the task is over.',
  },
  'TC-9': {
    level: 'MUST',
    inferred: true,
    text: "A completed task's result is the result of the call, a failed task's error the error of the call.",
    sources: ['tasks'],
  },
};
