import { quote } from '../base/quote.ts';
import { messageOf } from '../base/thrown.ts';
import type { ServerCommand } from './server-command.ts';

/**
 * Why a program could not be started, in words. Systems say the same of a program, of what runs it, and of its working
 * directory, and Node names the program for all of them.
 */
export function startProblem(error: unknown, server: ServerCommand): string {
  const { code } = error as { code?: unknown };
  if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'EACCES') return messageOf(error);
  const { command, cwd } = server;
  if (cwd !== undefined && !isFolder(cwd)) {
    return `${quote(cwd)} is no folder that it may run in (${code})`;
  }
  if (code === 'EACCES') return `${quote(command)} is not a program that may be run here (${code})`;
  if (isThere(server)) {
    return `what runs ${quote(command)}, by its first line or its format, is not there (${code})`;
  }
  const where = isPath(command) ? 'is not there' : 'is in no folder of PATH';
  return `${quote(command)} ${where} (${code})`;
}

/** Whether a program may run in it. */
function isFolder(path: string): boolean {
  const fs = globalThis.process?.getBuiltinModule?.('node:fs');
  try {
    fs?.accessSync(path, fs.constants.X_OK);
    return fs?.statSync(path).isDirectory() ?? true;
  } catch {
    return false;
  }
}

/** A path is that of a program in its working directory; a name is looked for in the folders of PATH. */
function isThere({ command, cwd = '.', env }: ServerCommand): boolean {
  const fs = globalThis.process?.getBuiltinModule?.('node:fs');
  const path = globalThis.process?.getBuiltinModule?.('node:path');
  if (fs === undefined || path === undefined) return false;
  const all = env?.['PATH'] ?? globalThis.process?.env['PATH'] ?? '';
  const folders = isPath(command) ? [''] : all.split(path.delimiter);
  return folders.some((folder) => fs.existsSync(path.resolve(cwd, folder, command)));
}

function isPath(command: string): boolean {
  return /[/\\]/.test(command);
}
