/** A file for each key. A file is replaced as a whole, so that a process that dies leaves no half of one. */
import { createHash, randomUUID } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { RondoError } from '../../../base/errors.ts';
import { lockPath } from '../../../base/process-lock.ts';
import type { AuthStore } from './auth-store.ts';

/** Longer than anybody has the lock, in ms. */
const LOCK_WAIT = 30_000;

export class FileAuthStore implements AuthStore {
  readonly #directory: string;
  #made: Promise<void> | undefined;

  constructor(directory: string | undefined) {
    this.#directory = resolve(directory ?? defaultDirectory());
  }

  async get(key: string): Promise<string | undefined> {
    try {
      return await readFile(this.#pathOf(key), 'utf8');
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
      throw this.#failed(error);
    }
  }

  async set(key: string, value: string): Promise<void> {
    const path = this.#pathOf(key);
    const temporary = `${path}.${randomUUID()}`;
    await this.#make();
    try {
      const file = await open(temporary, 'wx', 0o600);
      try {
        await file.writeFile(value);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      throw this.#failed(error);
    }
  }

  async delete(key: string): Promise<void> {
    await rm(this.#pathOf(key), { force: true });
  }

  async lock<T>(key: string, work: () => Promise<T>): Promise<T> {
    await this.#make();
    const path = join(this.#directory, nameOf(key).slice(0, 16));
    const lock = await lockPath(path, `${path}.lock`, (holder) => this.#inUse(holder), LOCK_WAIT);
    try {
      return await work();
    } finally {
      await lock.release();
    }
  }

  #make(): Promise<void> {
    return (this.#made ??= makePrivate(this.#directory).catch((error: unknown) => {
      this.#made = undefined;
      throw this.#failed(error);
    }));
  }

  #pathOf(key: string): string {
    return join(this.#directory, `${nameOf(key)}.json`);
  }

  #failed(error: unknown): RondoError {
    const code = String((error as { code?: unknown }).code ?? 'unknown');
    return new RondoError('store_failed', `What is kept in ${this.#directory} failed: ${code}.`);
  }

  #inUse(holder: string): RondoError {
    return new RondoError(
      'store_failed',
      `A lock in ${this.#directory} has been held for too long, by ${holder}.`,
    );
  }
}

async function makePrivate(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
}

function nameOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

function defaultDirectory(): string {
  const { env, platform } = process;
  const local = platform === 'win32' ? env['LOCALAPPDATA'] : env['XDG_CONFIG_HOME'];
  return join(local || join(homedir(), '.config'), 'mcp-rondo', 'auth');
}
