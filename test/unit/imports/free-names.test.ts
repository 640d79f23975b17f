import { describe, expect, it } from 'vitest';
import { freeNames } from '../../../scripts/imports/free-names.ts';
import { readModule } from '../../../scripts/imports/read-module.ts';

/** The names as the module needs them: `x?` for one that it can go without. */
function needs(text: string): string[] {
  const names = freeNames(readModule('a.ts', text).program);
  return names.map(({ name, isOptional }) => (isOptional ? `${name}?` : name));
}

describe('the free names of a module', () => {
  it.each([
    'Buffer.from(a);',
    'const b = { Buffer };',
    'const b = { [Buffer]: 1 };',
    'const b = () => typeof Buffer;',
    'new Buffer();',
    'class A extends Buffer {}',
    'class A { b = Buffer; }',
    'const { b = Buffer } = {};',
    'function f(b = Buffer) {}',
    'const b = Buffer as unknown;',
    'const b = Buffer!;',
    'const b = `${Buffer}`;',
    'export default Buffer;',
    '{ const Buffer = 1; } Buffer;',
    'function f(Buffer) {} Buffer;',
    'const f = function Buffer() {}; Buffer;',
    'try {} catch (Buffer) {} Buffer;',
    'for (const Buffer of []) {} Buffer;',
    'declare const Buffer: number; Buffer;',
    `import type { Buffer } from './b.ts'; Buffer;`,
    'interface Buffer {} Buffer;',
    'type Buffer = 1; Buffer;',
  ])('have Buffer in %j', (text) => {
    expect(needs(text)).toContain('Buffer');
  });

  it.each([
    `import Buffer from './b.ts'; Buffer;`,
    `import { a as Buffer } from './b.ts'; Buffer;`,
    `import * as Buffer from './b.ts'; Buffer;`,
    'const Buffer = 1; Buffer;',
    'Buffer; var Buffer;',
    'function f() { if (1) { var Buffer = 1; } return Buffer; }',
    'f(); function f() { return Buffer; } const Buffer = 1;',
    'function Buffer() {} Buffer;',
    'class Buffer {} Buffer;',
    '(function Buffer() { return Buffer; });',
    '(class Buffer { a = Buffer; });',
    'const { a: { b: [Buffer] } } = c; Buffer;',
    'const { a: Buffer = 1, ...d } = c; Buffer;',
    'const { ...Buffer } = c; Buffer;',
    'const f = (Buffer) => Buffer;',
    'const f = ([, Buffer = 1], ...a) => Buffer;',
    'try {} catch (Buffer) { Buffer; }',
    'for (const Buffer of []) Buffer;',
    'switch (1) { case 1: const Buffer = 1; Buffer; }',
    'class A { static { const Buffer = 1; Buffer; } }',
    'a.Buffer; a?.Buffer;',
    '({ Buffer: 1 });',
    'class A { Buffer = 1; #Buffer = 1; get Buffer() { return this.#Buffer; } }',
    'Buffer: for (;;) { break Buffer; }',
    `export { Buffer } from './b.ts'; export * as Buffer2 from './b.ts';`,
    'const a = 1; export { a as Buffer };',
    'const a: Buffer = 1; let b: typeof Buffer; f<Buffer>(a as Buffer);',
    'class A implements Buffer {}',
    'declare function f(Buffer: unknown): Buffer;',
    'declare global { var a: Buffer; }',
    `export type { Buffer } from './b.ts'; export type { C as Buffer };`,
    '// Buffer\n"Buffer";',
  ])('do not have Buffer in %j', (text) => {
    expect(needs(text)).not.toContain('Buffer');
  });

  it.each([
    ['globalThis.process?.env;', 'process?'],
    ['globalThis.process?.();', 'process?'],
    ['globalThis.process ?? 1;', 'process?'],
    ['globalThis.process === undefined;', 'process?'],
    [`globalThis['process']?.env;`, 'process?'],
    ['const a = globalThis.process as object | undefined;', 'process?'],
    ['globalThis.process.env;', 'process'],
    ['globalThis.process!.env;', 'process'],
    ['(globalThis.process as object).env;', 'process'],
    ['globalThis.process();', 'process'],
    ['f?.(globalThis.process);', 'process'],
    ['const a = globalThis.process;', 'process'],
    ['1 ?? globalThis.process;', 'process'],
  ])('in %j are %s', (text, name) => {
    expect(needs(text).filter((each) => each !== 'undefined' && each !== 'f')).toEqual([name]);
  });

  it.each(['const { process } = globalThis;', 'globalThis[a].env;', 'const a = globalThis;'])(
    'have globalThis itself where anything could be taken of it: %j',
    (text) => {
      expect(needs(text)).toContain('globalThis');
    },
  );
});
