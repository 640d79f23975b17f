/** An embedded store on a file system that is full for a while. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import type { UnknownRecord } from '../../src/base/json/json.ts';
import { TEST_KEY } from '../support/each-wire.ts';
import { type Message, request } from '../support/messages.ts';
import { Program } from '../support/program.ts';
import { WITH_TASKS } from '../support/tasks.ts';
import { headersFor } from '../support/wires.ts';

/** A new database takes some 40 MB of it. */
const SIZE = '120m';

const LONGEST = 240_000;

const folder = mkdtempSync(join(tmpdir(), 'rondo-full-'));
const mounted = mount(join(folder, 'disk'));
afterAll(() => {
  if (mounted !== undefined) execFileSync('umount', [mounted]);
  rmSync(folder, { recursive: true });
});

/** A small file system; nothing, where this process may not mount one. */
function mount(path: string): string | undefined {
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', path], { stdio: 'pipe' });
    return path;
  } catch {
    console.warn(
      'Tests with a full disk are not run here: root of Linux, who may mount, has to run them',
    );
    return undefined;
  }
}

/** Writes a file until nothing more fits. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  for (const size of [1 << 20, 1 << 12]) while (hasWritten(file, size));
  closeSync(file);
}

function hasWritten(file: number, size: number): boolean {
  try {
    return writeSync(file, Buffer.alloc(size)) === size;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOSPC') return false;
    throw error;
  }
}

async function send(url: string, method: string, params: UnknownRecord): Promise<Message> {
  const message = request(method, params, WITH_TASKS);
  const init = { method: 'POST', headers: headersFor(message), body: JSON.stringify(message) };
  return (await (await fetch(url, init)).json()) as Message;
}

describe.skipIf(mounted === undefined)('an embedded store on a small file system', () => {
  it(
    'refuses tasks as retryable while its disk is full, loses none that it has acknowledged, and goes on by itself when there is space',
    async () => {
      const env = { RONDO_STATE_KEYS: TEST_KEY };
      const program = new Program('test/programs/full-disk.ts', [join(mounted!, 'store')], env);
      onTestFinished(() => program.kill());
      const url = (await program.until(/ready (\S+)/))[1]!;
      const acknowledged = new Map<string, string>();
      const call = async (length: number): Promise<Message['error']> => {
        const text = 'x'.repeat(length);
        const params = { name: 'measure', arguments: { text } };
        const { result, error } = await send(url, 'tools/call', params);
        if (result) acknowledged.set(result['taskId'] as string, String(length));
        return error;
      };
      for (let i = 0; i < 5; i++) expect(await call(1_000 + i)).toBeUndefined();

      const filler = join(mounted!, 'filler');
      fill(filler);
      let refused: Message['error'];
      for (let i = 0; refused === undefined; i++) refused = await call(300_000 + i);
      expect(refused).toMatchObject({ code: -32_603, data: { retryable: true } });
      await program.untilError('a task could not be created');
      expect(program.errors).toContain('No space left on device');

      rmSync(filler);
      while ((await call(2_000)) !== undefined) await pause(200);
      for (const [taskId, text] of acknowledged) {
        const result = { content: [{ type: 'text', text }] };
        expect(await ended(url, taskId)).toMatchObject({ status: 'completed', result });
      }
    },
    LONGEST,
  );
});

async function ended(url: string, taskId: string): Promise<UnknownRecord | undefined> {
  for (;;) {
    const { result, error } = await send(url, 'tasks/get', { taskId });
    if (error && !(error.data as UnknownRecord | undefined)?.['retryable'])
      throw new Error(error.message);
    if (result && result['status'] !== 'working') return result;
    await pause(50);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
