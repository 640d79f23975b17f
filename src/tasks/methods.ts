/** `tasks/get`, `tasks/update`, `tasks/cancel` (TS-8 to TS-19). */
import { isRecord } from '../base/json/json.ts';
import { RondoError } from '../base/errors.ts';
import { tryAgain } from '../protocol/refusal.ts';
import { RpcError, invalidParams } from '../protocol/rpc-error.ts';
import type { CheckedRequest, ExtensionMethod, Finished } from '../server/extension.ts';
import { findTask } from './access.ts';
import { answerOwn, answerQuestions, answersProblem } from './answers.ts';
import { NEEDS } from './extension-id.ts';
import type { TaskHost } from './runs/task-host.ts';
import { taskView } from './runs/task-view.ts';

export function taskMethods(host: TaskHost): Readonly<Record<string, ExtensionMethod>> {
  const method = (serve: (request: CheckedRequest) => Promise<object>): ExtensionMethod => ({
    nameParam: 'taskId',
    needs: NEEDS,
    serve: async (request): Promise<Finished> => {
      const result = await serve(request).catch((error) => failed(host, error));
      return { result: host.port.write('complete', result) };
    },
  });
  return {
    'tasks/get': method(async (request) => taskView(host, await findTask(host, request))),
    'tasks/update': method((request) => update(host, request)),
    'tasks/cancel': method((request) => cancel(host, request)),
  };
}

/** One that is closed is that of an instance that ends: others go on. */
const FAULTS: readonly string[] = ['store_failed', 'closed'];

/**
 * What a store rejects with is its fault, and may be over at the next try.
 *
 * @throws what is no such fault; else an RpcError that says so
 */
function failed(host: TaskHost, error: unknown): never {
  const isFault = !(error instanceof RondoError) || FAULTS.includes(error.code);
  if (error instanceof RpcError || !isFault) throw error;
  host.warn('the store failed', error);
  throw tryAgain('store_failed');
}

/** Answers to what is not open are acknowledged and ignored (K6). */
async function update(host: TaskHost, request: CheckedRequest): Promise<object> {
  const { inputResponses } = request.params;
  if (!isRecord(inputResponses)) throw invalidParams('inputResponses must be an object');
  const problem = answersProblem(inputResponses);
  if (problem !== undefined) throw invalidParams(problem);
  if (!(await answerOwn(host, request, inputResponses))) {
    await answerQuestions(host, await findTask(host, request), inputResponses);
  }
  return {};
}

/** The first end counts; a task that has ended stays as it is (K7). */
async function cancel(host: TaskHost, request: CheckedRequest): Promise<object> {
  const { taskId } = await findTask(host, request);
  await host.store.cancel(taskId, host.options.retention);
  host.wake(taskId);
  return {};
}
