import { quote } from '../base/quote.ts';
import { messageOf } from '../base/thrown.ts';
import type { ServerCommand } from './server-command.ts';

/**
 * Why a program could not be started, in words. Systems say the same of a program and of a folder that is not
 * there, and Node names the program for both.
 */
export function startProblem(error: unknown, { command, cwd }: ServerCommand): string {
  const { code } = error as { code?: unknown };
  if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'EACCES') return messageOf(error);
  if (cwd !== undefined && !isFolder(cwd)) return `there is no folder ${quote(cwd)} (${code})`;
  if (code === 'EACCES') return `${quote(command)} is not a program that may be run here (${code})`;
  const where = /[/\\]/.test(command) ? 'is not there' : 'is in no folder of PATH';
  return `${quote(command)} ${where} (${code})`;
}

function isFolder(path: string): boolean {
  const fs = globalThis.process?.getBuiltinModule?.('node:fs');
  try {
    return fs?.statSync(path).isDirectory() ?? true;
  } catch {
    return false;
  }
}
