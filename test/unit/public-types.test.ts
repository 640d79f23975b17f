/** The check for forgotten exports finds what it is there to find. */
import { describe, expect, it } from 'vitest';
import { PublicTypes } from '../../scripts/public-types/forgotten-exports.ts';

/** Names that the entry `index.d.ts` has forgotten. */
function forgotten(files: Record<string, string>): string[] {
  const types = new PublicTypes((path) => {
    const text = files[path];
    if (text === undefined) throw new Error(`There is no ${path}.`);
    return text;
  });
  return types.forgottenBy('index.d.ts').map(({ name }) => name);
}

const A = 'export interface A { x: string }';

describe('the check for forgotten exports', () => {
  const uses: [string, string][] = [
    ['a parameter', 'export declare function f(a: A): void;'],
    ['a result', 'export declare function f(): Promise<A>;'],
    [
      'one of several overloads',
      'export declare function f(): void;\nexport declare function f(a: A): void;',
    ],
    ['the type of a constant', 'export declare const f: A;'],
    ['the query of a type', "import { a } from './a.ts';\nexport declare const f: typeof a;"],
    ['a member', 'export interface F { readonly a?: readonly A[] }'],
    ['a protected member', 'export declare class F { protected a: A }'],
    ['a constructor', 'export declare class F { constructor(a: A) }'],
    ['the base of an interface', 'export interface F extends A {}'],
    ['an interface that a class implements', 'export declare class F implements A { x: string }'],
    ['the constraint of a type parameter', 'export type F<T extends A> = T[];'],
    ['a branch of a conditional type', 'export type F<T> = T extends string ? A : never;'],
    ['a mapped type', 'export type F<T> = { [K in keyof T]: A };'],
    ['an import type', "export type F = import('./a.ts').A;"],
    [
      'a declaration that is exported under another name',
      'interface G { a: A }\nexport type { G as F };',
    ],
  ];
  it.each(uses)('finds the type in %s', (_, text) => {
    const index = `import type { A } from './a.ts';\n${text}`;
    const file = `${A}\nexport declare const a: A;`;
    expect(forgotten({ 'index.d.ts': index, 'a.d.ts': file })).toContain('A');
    const exported = `${index}\nexport type { A } from './a.ts';`;
    expect(forgotten({ 'index.d.ts': exported, 'a.d.ts': file })).not.toContain('A');
  });

  it('finds the base class of a class', () => {
    const index = `declare class B {}\nexport declare class F extends B {}`;
    expect(forgotten({ 'index.d.ts': index })).toEqual(['B']);
  });

  it('finds what is only reached through types that are not exported, and says who needs it', () => {
    const files: Record<string, string> = {
      'index.d.ts': `export type { F } from './rooms/f.js';`,
      'rooms/f.d.ts': `import { type B } from '../b.js';\nexport interface F { b: B }\n`,
      'b.d.ts': `import type { A } from './a.js';\nexport interface B { a: A }`,
      'a.d.ts': A,
    };
    const types = new PublicTypes((path) => files[path]!);
    expect(types.forgottenBy('index.d.ts')).toEqual([
      { name: 'B', path: 'b.d.ts', usedBy: 'F' },
      { name: 'A', path: 'a.d.ts', usedBy: 'B' },
    ]);
  });

  it('finds what another entry exports: TypeScript looks for it only in what is imported', () => {
    const files = {
      'index.d.ts': `import type { A } from './a.ts';\nexport type F = A;`,
      'other.d.ts': `export type { A } from './a.ts';`,
      'a.d.ts': A,
    };
    expect(forgotten(files)).toEqual(['A']);
  });

  it('leaves out private members, packages, globals and type parameters', () => {
    const index = `import type { StandardSchemaV1 } from '@standard-schema/spec';
      import type { A } from './a.ts';
      export declare class F<T> {
        #private;
        private a;
        constructor(schema: StandardSchemaV1, url: URL, value: T);
        map<U>(by: (value: T) => U): U extends Promise<infer V> ? V : U;
      }
      export type { G } from './a.ts';`;
    expect(forgotten({ 'index.d.ts': index, 'a.d.ts': `${A}\nexport type G = 1;` })).toEqual([]);
  });

  it('refuses `export *`, which does not say what it exports', () => {
    expect(() => forgotten({ 'index.d.ts': `export * from './a.ts';`, 'a.d.ts': A })).toThrow(
      "'export *'",
    );
  });

  it('refuses a name that the other module does not export', () => {
    const files = { 'index.d.ts': `export type { B } from './a.ts';`, 'a.d.ts': A };
    expect(() => forgotten(files)).toThrow("a.d.ts does not export 'B'");
  });
});
