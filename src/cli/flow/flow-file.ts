import {
  accessSync,
  constants,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '../failure.ts';
import { type SavedFlow, parseSavedFlow } from './saved-flow.ts';

/**
 * The file an unfinished flow is kept in. Written synchronously: the process may be about to end.
 */
export class FlowFile {
  readonly path: string;
  /** Whether there is something in the file to go on with. */
  isWritten: boolean;

  private constructor(path: string, isWritten: boolean) {
    this.path = path;
    this.isWritten = isWritten;
  }

  /**
   * Nothing is written yet.
   *
   * @throws UsageError if nothing can be, or if the file exists: it may be a flow that still waits
   */
  static create(path: string): FlowFile {
    if (existsSync(path)) {
      throw new UsageError(`${path} exists. Go on with it (rondo resume), or remove it.`);
    }
    try {
      accessSync(dirname(path), constants.W_OK);
    } catch (error) {
      throw cannotSave(error);
    }
    return new FlowFile(path, false);
  }

  /** @throws UsageError if it cannot be read */
  static open(path: string): { readonly file: FlowFile; readonly saved: SavedFlow } {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      throw new UsageError(`${path} cannot be read: ${(error as Error).message}`);
    }
    return { file: new FlowFile(path, true), saved: parseSavedFlow(text, path) };
  }

  /**
   * Replaces the file as a whole, so that it is never half a flow. Only its owner may read it: whoever
   * has a flow's state can go on with it.
   *
   * @throws UsageError if it cannot be written
   */
  write(flow: SavedFlow): void {
    const temporary = `${this.path}.${process.pid}.tmp`;
    try {
      writeFileSync(temporary, `${JSON.stringify(flow, null, 2)}\n`, {
        mode: 0o600,
        flag: 'wx',
        flush: true,
      });
      renameSync(temporary, this.path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw cannotSave(error);
    }
    this.isWritten = true;
  }

  remove(): void {
    rmSync(this.path, { force: true });
    this.isWritten = false;
  }
}

function cannotSave(error: unknown): UsageError {
  return new UsageError(`The flow cannot be saved: ${(error as Error).message}`);
}
