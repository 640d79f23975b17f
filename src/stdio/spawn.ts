import type * as nodeChildProcess from 'node:child_process';
import { RondoError } from '../base/errors.ts';

/** Starts a program, as `spawn` of `node:child_process` does. */
export type Spawn = (
  command: string,
  args: readonly string[],
  options: nodeChildProcess.SpawnOptions,
) => nodeChildProcess.ChildProcess;

/**
 * The function that starts programs. On Windows `npx` and the like are scripts (`npx.cmd`), which
 * `spawn` does not find and could only run in a shell; `cross-spawn` does both, and escapes arguments.
 *
 * @param platform `process.platform`
 * @throws RondoError `transport_failed` where programs cannot be started
 */
export async function loadSpawn(
  platform: string | undefined = globalThis.process?.platform,
): Promise<Spawn> {
  // Looked for at first use, so that bundles for browsers do not contain it.
  const node = globalThis.process?.getBuiltinModule?.('node:child_process');
  if (node === undefined) {
    throw new RondoError('transport_failed', 'This runtime cannot start programs; use a URL.');
  }
  if (platform !== 'win32') return node.spawn as Spawn;
  const { default: crossSpawn } = await import('cross-spawn');
  return crossSpawn as Spawn;
}
