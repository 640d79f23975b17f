/** Reads off a module's syntax tree what it imports, in every form that TypeScript has. */
import {
  type ExportAllDeclaration,
  type ExportNamedDeclaration,
  type Expression,
  type Program,
  Visitor,
  parseSync,
} from 'oxc-parser';
import { lineAt } from '../syntax-tree.ts';

/** When an import is loaded: `static` with its module, `dynamic` on demand, `type` never. */
export type Load = 'static' | 'dynamic' | 'type';

export interface Import {
  /** As it is written: `./file.ts`, `node:fs`, `zod/mini`; `undefined` if it is computed. */
  readonly specifier: string | undefined;
  readonly load: Load;
  readonly line: number;
}

export interface Module {
  /** Relative to the folder of all sources. */
  readonly path: string;
  readonly text: string;
  readonly program: Program;
  readonly imports: readonly Import[];
  /** Size without comments, which nobody should save on. */
  readonly bytes: number;
}

/** @throws SyntaxError */
export function readModule(path: string, text: string): Module {
  const { program, comments, errors } = parseSync(path, text, { preserveParens: false });
  const [error] = errors;
  if (error !== undefined) throw new SyntaxError(`${path}: ${error.message}`);
  const inComments = comments.map(({ start, end }) => byteLength(text.slice(start, end)));
  const bytes = inComments.reduce((rest, size) => rest - size, byteLength(text));
  return { path, text, program, imports: importsOf(program, text), bytes };
}

function importsOf(program: Program, text: string): Import[] {
  const imports: Import[] = [];
  const add = (specifier: string | undefined, load: Load, { start }: { start: number }): void =>
    void imports.push({ specifier, load, line: lineAt(text, start) });
  const addExport = (node: ExportNamedDeclaration | ExportAllDeclaration): void => {
    if (node.source) add(node.source.value, loadOf(node.exportKind), node);
  };
  const visitor = new Visitor({
    ImportDeclaration: (node) => add(node.source.value, loadOf(node.importKind), node),
    ExportNamedDeclaration: addExport,
    ExportAllDeclaration: addExport,
    ImportExpression: (node) => add(constantText(node.source), 'dynamic', node),
    TSImportType: (node) => add(node.source.value, 'type', node),
    TSImportEqualsDeclaration: (node) => {
      const { moduleReference: from, importKind } = node;
      if (from.type === 'TSExternalModuleReference')
        add(from.expression.value, loadOf(importKind), node);
    },
    // `declare module './file.ts' {}` adds to the types of that module.
    TSModuleDeclaration: (node) => {
      if (node.id.type === 'Literal') add(node.id.value, 'type', node);
    },
  });
  visitor.visit(program);
  return imports;
}

/** `import { type A }` loads its module: only the names in it are erased (verbatimModuleSyntax). */
function loadOf(kind: 'type' | 'value' | undefined): Load {
  return kind === 'type' ? 'type' : 'static';
}

function constantText(node: Expression): string | undefined {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node.type !== 'TemplateLiteral' || node.expressions.length > 0) return undefined;
  return node.quasis[0]?.value.cooked ?? undefined;
}

function byteLength(text: string): number {
  return Buffer.byteLength(text);
}
