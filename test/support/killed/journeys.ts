/** Many tasks of the tool `journey`, whose workers are killed, followed to their ends. */
import { expect } from 'vitest';
import type { UnknownRecord } from '../../../src/base/json/json.ts';

/** A server of tasks, which may be gone for a while. */
export interface TaskServer {
  /** Resolves with the id of the task. */
  call(tool: string, args: UnknownRecord): Promise<string>;
  get(taskId: string): Promise<UnknownRecord>;
  answer(taskId: string, inputResponses: UnknownRecord): Promise<void>;
}

/** A step that has begun. */
export interface BegunStep {
  readonly task: number;
  readonly step: number;
  readonly key: string;
}

const ANSWERS = { one: true, two: false };

const STEPS = 5;

/** Begins `count` of them. Returns the ids of the tasks; their numbers count from 1. */
export async function beginJourneys(
  server: TaskServer,
  count: number,
  longest: number,
): Promise<string[]> {
  const taskIds: string[] = [];
  for (let task = 1; task <= count; task++) {
    taskIds.push(await server.call('journey', { task, longest }));
  }
  return taskIds;
}

/** Answers what is asked until all have ended. Returns how they have ended. */
export async function followJourneys(
  server: TaskServer,
  taskIds: readonly string[],
): Promise<Map<string, UnknownRecord>> {
  const ended = new Map<string, UnknownRecord>();
  while (ended.size < taskIds.length) {
    for (const taskId of taskIds) {
      if (ended.has(taskId)) continue;
      const task = await server.get(taskId);
      const { status, inputRequests } = task;
      if (status === 'input_required') {
        await server.answer(taskId, answersTo(Object.keys(inputRequests as object)));
      } else if (status !== 'working') ended.set(taskId, task);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return ended;
}

function answersTo(keys: readonly string[]): UnknownRecord {
  const answers = keys.map((key) => {
    const confirm = ANSWERS[key as keyof typeof ANSWERS];
    return [key, { action: 'accept', content: { confirm } }] as const;
  });
  return Object.fromEntries(answers);
}

/** What the journey with this number comes to. */
export function journeyResult(task: number): UnknownRecord {
  const text = [task, 2 * task, true, 3 * task, 4 * task, false, 5 * task].join(' ');
  return { status: 'completed', result: { content: [{ type: 'text', text }] } };
}

/**
 * No step is lost, and one that was repeated has the key it had. Each lease that has lapsed has
 * interrupted one step at most, since these tasks run one after another.
 *
 * @param lapses of each task, by its number
 * @returns how often a step was repeated
 */
export function checkSteps(
  steps: readonly BegunStep[],
  count: number,
  lapses: (task: number) => number,
): number {
  const numbers = Array.from({ length: count }, (_, i) => i + 1);
  const found = numbers.map((task) => {
    const own = steps.filter((each) => each.task === task);
    const keys = Array.from({ length: STEPS }, (_, i) => {
      const begun = own.filter(({ step }) => step === i + 1);
      return new Set(begun.map(({ key }) => key)).size;
    });
    const repeats = own.length - STEPS;
    return { task, keys, repeats, isExplained: repeats <= lapses(task) };
  });
  const wrong = found.filter(({ keys, isExplained }) => {
    return !isExplained || keys.some((size) => size !== 1);
  });
  expect(wrong).toEqual([]);
  return found.reduce((sum, { repeats }) => sum + repeats, 0);
}
