/** A server in a process of its own: how it starts, and how it ends. */
import { afterEach, describe, expect, it } from 'vitest';
import { generateKey } from '../../src/state/key-ring.ts';
import { Program } from '../support/program.ts';

const programs: Program[] = [];
afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.kill()));
});

function start(env: NodeJS.ProcessEnv = {}): Program {
  const program = new Program('conformance/server.ts', ['--port', '0'], env);
  programs.push(program);
  return program;
}

describe('a server program', () => {
  it('a server program closes on a signal, and then ends as the signal would have ended it', async () => {
    const program = start();
    await program.until(/at (\S+)/);
    program.process.kill('SIGTERM');
    await program.ended();
    expect(program.process.signalCode).toBe('SIGTERM');
  });

  it('S4 a server program takes its state keys from the environment', async () => {
    const program = start({ RONDO_STATE_KEYS: generateKey() });
    await program.until(/at (\S+)/);
    expect(program.errors).toBe('');
  });

  it('S4 a server program does not start with a malformed state key, and does not show it', async () => {
    const key = generateKey();
    const program = start({ RONDO_STATE_KEYS: `${key},${key.slice(1)}` });
    expect(await program.ended()).toBe(1);
    expect(program.errors).toContain('State key 2 is not 32 bytes in base64url');
    expect(program.errors).not.toContain(key.slice(1));
  });
});
