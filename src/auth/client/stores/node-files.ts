/** A file for each key. A file is replaced as a whole, so that a process that dies leaves no half of one. */
import { createHash, randomUUID } from 'node:crypto';
import { chmod, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { RondoError } from '../../../base/errors.ts';
import { attempt } from '../../../base/thrown.ts';
import { lockPath } from '../../../base/process-lock.ts';
import type { AuthStore } from './auth-store.ts';

/** Longer than anybody has the lock, in ms. */
const LOCK_WAIT = 30_000;

export class FileAuthStore implements AuthStore {
  /** `undefined` for a user who has no folder. */
  readonly #directory: string | undefined;
  #made: Promise<string> | undefined;

  constructor(directory: string | undefined) {
    const chosen = directory ?? defaultDirectory();
    this.#directory = chosen === undefined ? undefined : resolve(chosen);
  }

  async get(key: string): Promise<string | undefined> {
    if (this.#directory === undefined) return undefined;
    const path = join(this.#directory, fileOf(key));
    try {
      return await readFile(path, 'utf8');
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
      throw this.#failed(error, path);
    }
  }

  async set(key: string, value: string): Promise<void> {
    const path = join(await this.#make(), fileOf(key));
    const temporary = `${path}.${randomUUID()}`;
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
      throw this.#failed(error, path);
    }
  }

  async delete(key: string): Promise<void> {
    if (this.#directory === undefined) return;
    const path = join(this.#directory, fileOf(key));
    try {
      await rm(path, { force: true });
    } catch (error) {
      throw this.#failed(error, path);
    }
  }

  async lock<T>(key: string, work: () => Promise<T>): Promise<T> {
    const path = join(await this.#make(), nameOf(key).slice(0, 16));
    const inUse = (holder: string): RondoError => this.#inUse(holder);
    const lock = await lockPath(path, `${path}.lock`, inUse, LOCK_WAIT).catch((error: unknown) => {
      throw error instanceof RondoError ? error : this.#failed(error);
    });
    try {
      return await work();
    } finally {
      await lock.release();
    }
  }

  #make(): Promise<string> {
    if (this.#directory === undefined) return Promise.reject(noFolder());
    return (this.#made ??= makePrivate(this.#directory).catch((error: unknown) => {
      this.#made = undefined;
      throw this.#failed(error);
    }));
  }

  /** @param file which it was about; else the folder */
  #failed(error: unknown, file?: string): RondoError {
    const code = String((error as { code?: unknown }).code ?? 'unknown');
    if (file !== undefined && /EISDIR|ENOTEMPTY/.test(code)) {
      return new RondoError(
        'store_failed',
        `${file} is a folder where a login is kept: remove it.`,
      );
    }
    return new RondoError(
      'store_failed',
      `Logins are kept in ${this.#directory}, which cannot be used (${code}).`,
    );
  }

  #inUse(holder: string): RondoError {
    return new RondoError(
      'store_failed',
      `A lock in ${this.#directory} has been held for too long, by ${holder}.`,
    );
  }
}

async function makePrivate(directory: string): Promise<string> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  return directory;
}

function fileOf(key: string): string {
  return `${nameOf(key)}.json`;
}

function nameOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

function noFolder(): RondoError {
  return new RondoError(
    'store_failed',
    'You have no folder in which logins can be kept: set HOME, or XDG_CONFIG_HOME.',
  );
}

/** Nothing for a user whom the system does not know, as in many containers. */
function defaultDirectory(): string | undefined {
  const { env, platform } = process;
  const local = platform === 'win32' ? env['LOCALAPPDATA'] : env['XDG_CONFIG_HOME'];
  const home = attempt(homedir);
  const folder = local || (home && join(home, '.config'));
  return folder && join(folder, 'mcp-rondo', 'auth');
}
