/** The check of imports finds what it is there to find. */
import { describe, expect, it } from 'vitest';
import { loadedLater, loadedWith, readModules } from '../../../scripts/imports/module-graph.ts';
import { readModule } from '../../../scripts/imports/read-module.ts';

describe('reading the imports of a module', () => {
  const forms: [string, string][] = [
    [`import './a.ts';`, 'static'],
    [`import a from './a.ts';`, 'static'],
    [`import {\n  a,\n  b,\n} from './a.ts';`, 'static'],
    [`import * as a from './a.ts';`, 'static'],
    [`import {} from './a.ts';`, 'static'],
    [`import { type A } from './a.ts';`, 'static'],
    [`import a = require('./a.ts');`, 'static'],
    [`export { a } from './a.ts';`, 'static'],
    [`export { type A } from './a.ts';`, 'static'],
    [`export * from './a.ts';`, 'static'],
    [`export * as a from './a.ts';`, 'static'],
    [`await import('./a.ts');`, 'dynamic'],
    ['const a = () => import(`./a.ts`);', 'dynamic'],
    [`import type { A } from './a.ts';`, 'type'],
    [`import type * as a from './a.ts';`, 'type'],
    [`export type { A } from './a.ts';`, 'type'],
    [`export type * from './a.ts';`, 'type'],
    [`type A = import('./a.ts').A;`, 'type'],
    [`type A = typeof import('./a.ts');`, 'type'],
    [`const a = (b: import('./a.ts').A<string>) => b;`, 'type'],
    [`declare module './a.ts' {}`, 'type'],
  ];
  it.each(forms)('finds the one in %j, of the kind %s', (text, load) => {
    const { imports } = readModule('b.ts', text);
    expect(imports).toEqual([{ specifier: './a.ts', load, line: 1 }]);
  });

  it('finds nothing in comments and texts', () => {
    const text = `// import './a.ts';\nconst a = "import('./a.ts')"; /* export * from './a.ts' */`;
    expect(readModule('b.ts', text).imports).toEqual([]);
  });

  it('says which imports are computed, and the line of each', () => {
    const { imports } = readModule('b.ts', 'const a = 1;\nvoid import(`./${a}.ts`);');
    expect(imports).toEqual([{ specifier: undefined, load: 'dynamic', line: 2 }]);
  });

  it('measures a module without its comments, in bytes', () => {
    expect(readModule('b.ts', '/** é */\nconst é = 1; // é').bytes).toBe('\nconst ee = 1; '.length);
  });

  it('refuses what is not TypeScript', () => {
    expect(() => readModule('b.ts', 'const = 1;')).toThrow(/^b\.ts: /);
  });
});

describe('the modules that an entry loads', () => {
  const modules = readModules(
    new Map([
      ['index.ts', `export * from './a/a.ts';\nimport type { T } from './type.ts';`],
      ['a/a.ts', `import '../b.ts';\nimport 'node:fs';\nimport('./later.ts');`],
      ['a/later.ts', `import './a.ts';\nimport './deep.ts';`],
      ['a/deep.ts', `import('zod/mini');`],
      ['b.ts', `import './index.ts';`],
      ['type.ts', `import 'commander';`],
    ]),
  );

  it('are those of its static imports, and of theirs', () => {
    const { modules: paths, packages } = loadedWith(modules, 'index.ts');
    expect([...paths].sort()).toEqual(['a/a.ts', 'b.ts', 'index.ts']);
    expect([...packages]).toEqual(['node:fs']);
  });

  it('are loaded later where a dynamic import is between', () => {
    const { modules: paths, packages } = loadedLater(modules, 'index.ts');
    expect([...paths].sort()).toEqual(['a/deep.ts', 'a/later.ts']);
    expect([...packages]).toEqual(['zod/mini']);
  });
});
