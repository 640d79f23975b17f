import { quote } from '../base/quote.ts';
import { messageOf } from '../base/thrown.ts';
import type { ServerCommand } from './server-command.ts';

/**
 * Why a program could not be started, in words. Systems say the same of a program, of the one that its first line
 * names, and of its working directory, and Node names the program for all of them.
 */
export function startProblem(error: unknown, { command, cwd }: ServerCommand): string {
  const { code } = error as { code?: unknown };
  if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'EACCES') return messageOf(error);
  if (cwd !== undefined && !isFolder(cwd)) {
    return `${quote(cwd)} is no folder that it may run in (${code})`;
  }
  if (code === 'EACCES') return `${quote(command)} is not a program that may be run here (${code})`;
  if (!/[/\\]/.test(command)) return `${quote(command)} is in no folder of PATH (${code})`;
  return isThere(command, cwd)
    ? `what runs ${quote(command)} by its first line is not there (${code})`
    : `${quote(command)} is not there (${code})`;
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

/** A path is that of a program in its working directory. */
function isThere(command: string, cwd = '.'): boolean {
  const fs = globalThis.process?.getBuiltinModule?.('node:fs');
  const path = globalThis.process?.getBuiltinModule?.('node:path');
  return fs?.existsSync(path!.resolve(cwd, command)) ?? false;
}
