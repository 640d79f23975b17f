/** The files in which ids are looked for. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Citation, citationsIn } from './citations.ts';

const FOLDERS = ['src', 'test', 'conformance', 'examples', 'docs'];

/** All citations below `root`, the folder of the project. */
export function citationsBelow(root: string): Citation[] {
  return FOLDERS.flatMap((folder) => filesIn(root, folder)).flatMap((file) =>
    citationsIn(file, readFileSync(join(root, file), 'utf8')),
  );
}

/** Sources and documents in a folder, as paths from `root`; not those of dependencies. */
function filesIn(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesIn(root, path);
    return /\.(?:[cm]?[jt]s|md)$/.test(entry.name) ? [path] : [];
  });
}
