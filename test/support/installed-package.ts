/** The package as its users get it: packed, and installed in a project of its own. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));

/** What packing has no use for, or must make itself. */
const LEFT_OUT = new Set(['.cache', '.git', 'dist', 'node_modules', 'results']);

interface Manifest {
  readonly exports: Record<string, string | { readonly types: string; readonly default: string }>;
  readonly dependencies: Record<string, string>;
  readonly bin: Record<string, string>;
}

export interface InstalledPackage {
  /** The folder of the project. */
  readonly project: string;
  /** The folder of the package in it. */
  readonly folder: string;
  readonly manifest: Manifest;
  /** Paths of all files in the package, with slashes. */
  readonly files: readonly string[];
  remove(): Promise<void>;
}

/** Packs a copy of the sources, so that nothing that is built for others is touched. */
export async function installPackage(): Promise<InstalledPackage> {
  const temporary = await mkdtemp(join(tmpdir(), 'rondo-package-'));
  const sources = join(temporary, 'sources');
  await cp(root, sources, {
    recursive: true,
    filter: (path) => !LEFT_OUT.has(relative(root, path)) && !path.endsWith('node_modules'),
  });
  await symlink(join(root, 'node_modules'), join(sources, 'node_modules'), 'dir');
  await run('npm', ['pack', '--silent', '--pack-destination', temporary], { cwd: sources });
  const [tarball] = (await readdir(temporary)).filter((name) => name.endsWith('.tgz'));
  const project = join(temporary, 'project');
  const folder = join(project, 'node_modules/mcp-rondo');
  await mkdir(folder, { recursive: true });
  await run('tar', ['-xzf', join(temporary, tarball!), '-C', folder, '--strip-components=1']);
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
  // The peer that one entry needs to be imported at all.
  const others = ['@opentelemetry/api', '@types/node', 'undici-types'];
  await link(project, [...Object.keys(manifest.dependencies), ...others]);
  await writeFile(join(project, 'package.json'), '{ "type": "module" }');
  return {
    project,
    folder,
    manifest,
    files: await filesIn(folder),
    remove: () => rm(temporary, { recursive: true }),
  };
}

/** Installs other packages without a network: by links to those of this project. */
async function link(project: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const path = join(project, 'node_modules', name);
    await mkdir(dirname(path), { recursive: true });
    await symlink(join(root, 'node_modules', name), path, 'dir');
  }
}

async function filesIn(folder: string): Promise<string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((each) => each.isFile())
    .map((each) => relative(folder, join(each.parentPath, each.name)).replaceAll('\\', '/'));
}

/** What Node prints for a module of the project. @throws what it writes on standard error */
export async function runModule({ project }: InstalledPackage, text: string): Promise<string> {
  const options = { cwd: project };
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', text], options);
  return stdout;
}

/** What TypeScript says of a module, and its declarations. */
export interface Compiled {
  readonly errors: string;
  readonly declarations: string;
}

/** Compiles one module of the project. */
export async function compile(
  installed: InstalledPackage,
  text: string,
  options?: object,
): Promise<Compiled> {
  return (await compileAll(installed, { library: text }, options))['library']!;
}

/** Compiles modules of the project, each named and none importing another, in one go. */
export async function compileAll(
  { project }: InstalledPackage,
  texts: Readonly<Record<string, string>>,
  options: object = {},
): Promise<Record<string, Compiled>> {
  const folder = await mkdtemp(join(project, 'libraries-'));
  const compilerOptions = { ...OPTIONS, ...options };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  for (const [name, text] of Object.entries(texts)) {
    await writeFile(join(folder, `${name}.ts`), text);
  }
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const output = await run(process.execPath, [tsc, '-p', folder, '--pretty', 'false']).then(
    () => '',
    (error: { readonly stdout: string }) => error.stdout,
  );
  const compiled = Object.keys(texts).map(async (name) => {
    // What is wrong in no module of these is wrong in the package, and for all of them.
    const others = Object.keys(texts).filter((each) => each !== name);
    const isOf = (line: string): boolean => !others.some((other) => line.includes(`${other}.ts(`));
    const declarations = await readFile(join(folder, `${name}.d.ts`), 'utf8');
    return [name, { errors: output.split('\n').filter(isOf).join('\n'), declarations }] as const;
  });
  return Object.fromEntries(await Promise.all(compiled));
}

/** A library's, as strict as they come. */
const OPTIONS = {
  target: 'ES2023',
  lib: ['ES2023'],
  module: 'NodeNext',
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  declaration: true,
  skipLibCheck: false,
};
