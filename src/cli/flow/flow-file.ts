import {
  accessSync,
  constants,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '../failure.ts';
import { type SavedFlow, parseSavedFlow } from './saved-flow.ts';
import { why } from '../system-words.ts';
import { rondo } from '../command-name.ts';

/**
 * The file of a flow that is not complete. It is written synchronously: the process may be about to
 * end.
 */
export class FlowFile {
  readonly path: string;
  /** Whether the file has a flow that can be continued. */
  isWritten: boolean;

  private constructor(path: string, isWritten: boolean) {
    this.path = path;
    this.isWritten = isWritten;
  }

  /**
   * A file that will be written later.
   *
   * @throws UsageError if it cannot be written, or exists already: it may contain a flow that waits
   */
  static create(path: string): FlowFile {
    if (isFolder(path)) {
      throw new UsageError(`${path} is a folder: name a file, which is made.`);
    }
    if (existsSync(path)) {
      throw new UsageError(`${path} exists. Continue it (${rondo} resume), or remove it.`);
    }
    try {
      accessSync(dirname(path), constants.W_OK);
    } catch (error) {
      throw cannotSave(dirname(path), error);
    }
    return new FlowFile(path, false);
  }

  /** @throws UsageError if it cannot be read */
  static open(path: string): { readonly file: FlowFile; readonly saved: SavedFlow } {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      throw new UsageError(`${path} cannot be read: ${why(error)}.`);
    }
    return { file: new FlowFile(path, true), saved: parseSavedFlow(text, path) };
  }

  /**
   * Replaces the file as a whole, so that it never contains half a flow. Only its owner may read
   * it: anyone who has a flow's state can continue it.
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
      throw cannotSave(this.path, error);
    }
    this.isWritten = true;
  }

  remove(): void {
    rmSync(this.path, { force: true });
    this.isWritten = false;
  }
}

function cannotSave(path: string, error: unknown): UsageError {
  return new UsageError(`The flow cannot be saved in ${path}: ${why(error)}.`);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
