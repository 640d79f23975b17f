/** The tasks that saved flows have become: servers have no list of them. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { attempt } from '../../base/thrown.ts';
import { UsageError } from '../failure.ts';
import { why } from '../system-words.ts';
import { describeAddress } from '../target/target.ts';
import { FlowFile } from '../flow/flow-file.ts';
import type { SavedFlow } from '../flow/saved-flow.ts';

export interface SavedTask {
  readonly file: string;
  readonly taskId: string;
  readonly server: string;
  readonly tool: string;
  /** What it was when it was saved. */
  readonly status: string;
}

/**
 * @param paths files, or folders of which the `.json` files are looked at; by default the current one
 * @throws UsageError for a path that cannot be read, or a file that is no saved flow
 */
export function savedTasks(paths: readonly string[]): SavedTask[] {
  return (paths.length === 0 ? ['.'] : paths).flatMap((path) => {
    const names = namesIn(path);
    return names === undefined ? taskIn(path, FlowFile.open(path).saved) : inFolder(path, names);
  });
}

/** The files of a folder; `undefined` for a file. */
function namesIn(path: string): string[] | undefined {
  try {
    return statSync(path).isDirectory() ? readdirSync(path) : undefined;
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${why(error)}.`);
  }
}

/** What is no saved flow is somebody else's. */
function inFolder(folder: string, names: readonly string[]): SavedTask[] {
  const files = names.filter((name) => name.endsWith('.json'));
  return files.toSorted().flatMap((name) => {
    const path = join(folder, name);
    const opened = attempt(() => FlowFile.open(path));
    return opened === undefined ? [] : taskIn(path, opened.saved);
  });
}

function taskIn(file: string, { address, flow }: SavedFlow): SavedTask[] {
  const { task, params, status } = flow;
  if (task === undefined) return [];
  const server = describeAddress(address);
  return [{ file, taskId: String(task.taskId), server, tool: String(params['name']), status }];
}
