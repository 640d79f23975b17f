/** What the system says of a file, in words. */
import { messageOf } from '../base/thrown.ts';

const WORDS: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'it is not there'],
  ['ENOTDIR', 'a part of its path is no folder'],
  ['EISDIR', 'it is a folder'],
  ['EEXIST', 'it is there already'],
  ['ENOTEMPTY', 'it is a folder that is not empty'],
  ['EACCES', 'you are not allowed to'],
  ['EPERM', 'you are not allowed to'],
  ['EROFS', 'its disk can only be read'],
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'you have no space left on the disk'],
  ['EFBIG', 'it would be too large'],
  ['ENAMETOOLONG', 'its name is too long'],
  ['ELOOP', 'its links lead in a circle'],
  ['EMFILE', 'too many files are open'],
  ['ENFILE', 'too many files are open'],
  ['EIO', 'the disk fails'],
  ['EBUSY', 'another program uses it'],
  ['ENXIO', 'it is no file'],
]);

/** Why the system refuses something with a file; the message of any other error. */
export function why(error: unknown): string {
  return WORDS.get((error as { code?: unknown } | undefined)?.code) ?? messageOf(error);
}
