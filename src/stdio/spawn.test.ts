import { spawn as nodeSpawn } from 'node:child_process';
import crossSpawn from 'cross-spawn';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { RondoError } from '../base/errors.ts';
import { ChildProcess } from './child-process.ts';
import { type Spawn, loadSpawn } from './spawn.ts';

describe('how a program is started', () => {
  afterEach(() => void vi.unstubAllEnvs());

  it('is by node:child_process, and on Windows by cross-spawn, which finds scripts', async () => {
    for (const platform of ['linux', 'darwin', undefined]) {
      expect(await loadSpawn(platform)).toBe(nodeSpawn);
    }
    expect(await loadSpawn('win32')).toBe(crossSpawn);
  });

  it('is with its arguments as they are, without a shell, and with what every program needs', async () => {
    vi.stubEnv('PATHEXT', '.COM;.EXE;.CMD');
    vi.stubEnv('COMSPEC', 'C:\\Windows\\system32\\cmd.exe');
    vi.stubEnv('A_SECRET_OF_OURS', 'secret');
    const given: unknown[] = [];
    const recording: Spawn = (...all) => {
      given.push(...all);
      return nodeSpawn(process.execPath, ['-e', ''], { stdio: ['pipe', 'pipe', 'ignore'] });
    };
    const server = { command: 'npx', args: ['a b', '"c" & d', ''], env: { MINE: '1' }, cwd: '.' };
    const listener = { onLine() {}, onStderrFailed() {}, onExit() {} };
    const program = new ChildProcess(recording, { ...server, stderr: 'ignore' }, 1_000, listener);
    await program.close();
    const [command, args, options] = given as [string, string[], Record<string, unknown>];
    expect([command, args]).toEqual(['npx', server.args]);
    expect(options).toMatchObject({
      cwd: '.',
      stdio: ['pipe', 'pipe', 'ignore'],
      windowsHide: true,
      env: { MINE: '1', PATHEXT: '.COM;.EXE;.CMD', COMSPEC: 'C:\\Windows\\system32\\cmd.exe' },
    });
    expect(options).not.toHaveProperty('shell');
    expect(options['env']).not.toHaveProperty('A_SECRET_OF_OURS');
  });

  it('is an error that says so where it cannot even be tried', () => {
    const refusing: Spawn = () => {
      throw new TypeError('must be a string without null bytes');
    };
    const listener = { onLine() {}, onStderrFailed() {}, onExit() {} };
    const start = (): unknown => new ChildProcess(refusing, { command: '\0' }, 1_000, listener);
    expect(start).toThrow(RondoError);
    expect(start).toThrow('could not be run: must be a string');
  });
});
