/** Reads a declaration file (`.d.ts`): what it declares, imports and exports, by name. */
import type { ExportNamedDeclaration, Node } from 'oxc-parser';
import { readModule } from '../imports/read-module.ts';

/** A name in another module, as an import or a re-export gives it. */
export interface Elsewhere {
  readonly specifier: string;
  readonly name: string;
}

export interface DeclarationFile {
  /** The statements that declare a name: a function has one for each of its overloads. */
  readonly declared: ReadonlyMap<string, readonly Node[]>;
  readonly imported: ReadonlyMap<string, Elsewhere>;
  /** By exported name: a name of this file, or of another module. */
  readonly exported: ReadonlyMap<string, string | Elsewhere>;
}

/** @throws SyntaxError also for `export *`, which does not say what it exports */
export function readDeclarationFile(path: string, text: string): DeclarationFile {
  const { program } = readModule(path, text);
  const declared = new Map<string, Node[]>();
  const imported = new Map<string, Elsewhere>();
  const exported = new Map<string, string | Elsewhere>();
  const declare = (statement: Node, declaration: Node): string[] => {
    const names = namesOf(declaration);
    for (const name of names) declared.set(name, [...(declared.get(name) ?? []), statement]);
    return names;
  };
  for (const statement of program.body) {
    if (statement.type === 'ImportDeclaration') {
      const specifier = statement.source.value;
      for (const each of statement.specifiers) {
        const name = each.type === 'ImportSpecifier' ? nameOf(each.imported) : '*';
        imported.set(each.local.name, { specifier, name });
      }
    } else if (statement.type === 'ExportNamedDeclaration') {
      const { declaration } = statement;
      const names = declaration === null ? [] : declare(statement, declaration);
      for (const name of names) exported.set(name, name);
      for (const [name, target] of reExports(statement)) exported.set(name, target);
    } else if (statement.type === 'ExportAllDeclaration') {
      throw new SyntaxError(`${path}: 'export *' does not say what it exports.`);
    } else declare(statement, statement);
  }
  return { declared, imported, exported };
}

function reExports({ specifiers, source }: ExportNamedDeclaration): [string, string | Elsewhere][] {
  return specifiers.map(({ local, exported }) => {
    const name = nameOf(local);
    return [nameOf(exported), source === null ? name : { specifier: source.value, name }];
  });
}

function namesOf(declaration: Node): string[] {
  switch (declaration.type) {
    case 'VariableDeclaration':
      return declaration.declarations.map(({ id }) => ('name' in id ? id.name : ''));
    case 'ClassDeclaration':
    case 'FunctionDeclaration':
    case 'TSDeclareFunction':
    case 'TSEnumDeclaration':
    case 'TSInterfaceDeclaration':
    case 'TSTypeAliasDeclaration':
      return declaration.id === null ? [] : [declaration.id.name];
    default:
      return [];
  }
}

function nameOf(name: { readonly name: string } | { readonly value: string }): string {
  return 'name' in name ? name.name : name.value;
}
