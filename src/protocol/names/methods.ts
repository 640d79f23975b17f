/** Request methods of the core protocol. */
export const Method = {
  discover: 'server/discover',
  listTools: 'tools/list',
  callTool: 'tools/call',
  listPrompts: 'prompts/list',
  getPrompt: 'prompts/get',
  listResources: 'resources/list',
  listResourceTemplates: 'resources/templates/list',
  readResource: 'resources/read',
  complete: 'completion/complete',
  listen: 'subscriptions/listen',
} as const;

/** Request methods that only clients of earlier revisions send. */
export const OldMethod = {
  initialize: 'initialize',
  ping: 'ping',
  setLevel: 'logging/setLevel',
  subscribe: 'resources/subscribe',
  unsubscribe: 'resources/unsubscribe',
} as const;

/** Request methods of the Tasks extension. */
export const TaskMethod = {
  get: 'tasks/get',
  update: 'tasks/update',
  cancel: 'tasks/cancel',
} as const;

/** The identifier of the Tasks extension. */
export const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks';

/** Notification methods of the core protocol. */
export const Notification = {
  /** Only of earlier revisions. */
  initialized: 'notifications/initialized',
  cancelled: 'notifications/cancelled',
  progress: 'notifications/progress',
  message: 'notifications/message',
  acknowledged: 'notifications/subscriptions/acknowledged',
  toolsListChanged: 'notifications/tools/list_changed',
  promptsListChanged: 'notifications/prompts/list_changed',
  resourcesListChanged: 'notifications/resources/list_changed',
  tasks: 'notifications/tasks',
  resourceUpdated: 'notifications/resources/updated',
} as const;

/** Methods of the questions that a server may send in `inputRequests`. */
export const InputMethod = {
  elicit: 'elicitation/create',
  sample: 'sampling/createMessage',
  listRoots: 'roots/list',
} as const;

/**
 * Methods that may be answered with an `InputRequiredResult`.
 *
 * @see https://modelcontextprotocol.io/specification/2026-07-28/basic/patterns/mrtr#supported-requests
 */
export type AskingMethod = 'tools/call' | 'prompts/get' | 'resources/read';

/**
 * The name of the param that names a request's tool, prompt or resource, and is mirrored in the
 * `Mcp-Name` header (HC-4); `undefined` for methods without one.
 */
export function targetParam(method: string): TargetParam | undefined {
  return TARGET_PARAMS.get(method);
}

type TargetParam = 'name' | 'uri' | 'taskId';

const TARGET_PARAMS: ReadonlyMap<string, TargetParam> = new Map([
  [Method.callTool, 'name'],
  [Method.getPrompt, 'name'],
  [Method.readResource, 'uri'],
  [TaskMethod.get, 'taskId'],
  [TaskMethod.update, 'taskId'],
  [TaskMethod.cancel, 'taskId'],
]);
