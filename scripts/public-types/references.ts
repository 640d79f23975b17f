import type { Node } from 'oxc-parser';
import { childrenOf } from '../syntax-tree.ts';
import type { Elsewhere } from './declaration-file.ts';

/** A name that a declaration refers to: one in its own file, or of an `import('…')` type. */
export type Reference = string | Elsewhere;

/**
 * The names that a declaration refers to. Names of type parameters are among them: whoever looks
 * a name up finds no declaration for these.
 */
export function referencesIn(node: Node): Reference[] {
  return [...referencesOf(node), ...childrenOf(node).flatMap(referencesIn)];
}

/** Those of the node itself, apart from the nodes below it. */
function referencesOf(node: Node): Reference[] {
  switch (node.type) {
    case 'TSTypeReference':
      return [leftmost(node.typeName)];
    case 'TSTypeQuery':
      return node.exprName.type === 'TSImportType' ? [] : [leftmost(node.exprName)];
    case 'TSInterfaceHeritage':
    case 'TSClassImplements':
      return [leftmost(node.expression)];
    case 'ClassDeclaration':
      return node.superClass === null ? [] : [leftmost(node.superClass)];
    case 'TSImportType': {
      const name = node.qualifier === null ? '*' : leftmost(node.qualifier);
      return [{ specifier: node.source.value, name }];
    }
    default:
      return [];
  }
}

/** `A` of `A.B.C`. */
function leftmost(name: Node): string {
  switch (name.type) {
    case 'Identifier':
      return name.name;
    case 'TSQualifiedName':
      return leftmost(name.left);
    case 'MemberExpression':
      return leftmost(name.object);
    default:
      throw new SyntaxError(`${name.type} is not the name of a type.`);
  }
}
