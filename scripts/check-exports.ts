/**
 * Fails on a type that users of an entry point meet and cannot import from that entry point. Such a
 * type is exported if users have to write it, and hidden otherwise: with `@internal`, a private
 * member, or a narrower type in its place.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PublicTypes } from './public-types/forgotten-exports.ts';

interface Manifest {
  readonly exports: Record<string, string | { readonly types: string }>;
}

const root = fileURLToPath(new URL('../', import.meta.url));
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
const folder = mkdtempSync(join(tmpdir(), 'rondo-declarations-'));

try {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const options = ['-p', 'tsconfig.build.json', '--emitDeclarationOnly', '--outDir', folder];
  execFileSync(process.execPath, [tsc, ...options], { cwd: root, stdio: 'inherit' });
  const types = new PublicTypes((path) => readFileSync(join(folder, path), 'utf8'));
  let count = 0;
  for (const [subpath, target] of Object.entries(exports)) {
    if (typeof target === 'string') continue;
    const entry = target.types.replace(/^\.\/dist\//, '');
    for (const { name, path, usedBy } of types.forgottenBy(entry)) {
      console.error(
        `mcp-rondo${subpath.slice(1)}: '${usedBy}' needs '${name}' (${path}), which is not exported.`,
      );
      count++;
    }
  }
  if (count === 0) console.log('All types that users meet can be imported.');
  process.exitCode = count === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
