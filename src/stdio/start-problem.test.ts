import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { ChildProcess } from './child-process.ts';
import type { ServerCommand } from './server-command.ts';
import { loadSpawn } from './spawn.ts';
import { startProblem } from './start-problem.ts';

/** What is said of a program that cannot be started. */
async function endOf(server: ServerCommand): Promise<string> {
  const onExit = vi.fn<(why: string) => void>();
  const listener = { onLine() {}, onStderrFailed() {}, onExit };
  void new ChildProcess(await loadSpawn(), { stderr: 'ignore', ...server }, 1_000, listener);
  await vi.waitUntil(() => onExit.mock.calls.length > 0);
  return onExit.mock.calls[0]![0];
}

describe('a program that cannot be started', () => {
  const file = fileURLToPath(import.meta.url);
  const node = process.execPath;

  it.each<[string, ServerCommand, string]>([
    [
      'is in no folder of PATH',
      { command: 'no-such' },
      "'no-such' is in no folder of PATH (ENOENT)",
    ],
    ['is not there', { command: './no-such' }, "'./no-such' is not there (ENOENT)"],
    [
      'has no folder',
      { command: node, cwd: './nowhere' },
      "'./nowhere' is no folder that it may run in (ENOENT)",
    ],
    [
      'may not be run',
      { command: file },
      `'${file}' is not a program that may be run here (EACCES)`,
    ],
  ])('says that it %s', async (_, server, why) => {
    expect(await endOf(server)).toBe(`could not be run: ${why}`);
  });

  it('says that its folder is a file, which is found before it starts', async () => {
    const start = endOf({ command: node, cwd: file });
    const why = `'${file}' is no folder that it may run in (ENOTDIR)`;
    await expect(start).rejects.toThrow(`The server could not be run: ${why}.`);
  });

  it.each<[string, string, (cwd: string) => Omit<ServerCommand, 'command'>]>([
    ['by its path', './script', (cwd) => ({ cwd })],
    ['by its name', 'script', (cwd) => ({ env: { PATH: `/nowhere:${cwd}` } })],
  ])('says, found %s, that its first line names one that is not there', async (...given) => {
    const [, command, by] = given;
    const cwd = mkdtempSync(join(tmpdir(), 'rondo-start-'));
    onTestFinished(() => rmSync(cwd, { recursive: true }));
    writeFileSync(join(cwd, 'script'), '#!/no/such/program\n', { mode: 0o755 });
    const why = `what runs '${command}', by its first line or its format, is not there (ENOENT)`;
    expect(await endOf({ command, ...by(cwd) })).toBe(`could not be run: ${why}`);
  });

  it('says what the system says in any other case', () => {
    const error = Object.assign(new Error('spawn node EAGAIN'), { code: 'EAGAIN' });
    expect(startProblem(error, { command: 'node', cwd: '/nowhere' })).toBe('spawn node EAGAIN');
  });
});
