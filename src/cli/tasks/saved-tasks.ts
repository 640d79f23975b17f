/** The tasks that saved flows have become: servers have no list of them. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { attempt, messageOf } from '../../base/thrown.ts';
import { UsageError } from '../failure.ts';
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
  return (paths.length === 0 ? ['.'] : paths).flatMap((path) =>
    isFolder(path) ? inFolder(path) : taskIn(path, FlowFile.open(path).saved),
  );
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${messageOf(error)}`);
  }
}

/** What is no saved flow is somebody else's. */
function inFolder(folder: string): SavedTask[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return names.toSorted().flatMap((name) => {
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
