/** The names that a module uses and does not declare: what it needs of the runtime. */
import type { MemberExpression, Node, Program } from 'oxc-parser';
import { childrenOf } from '../syntax-tree.ts';
import { Scope } from './scope.ts';

export interface FreeName {
  readonly name: string;
  readonly start: number;
  /** Whether the module works without it, as with `globalThis.process?.pid`; see {@link isOptional}. */
  readonly isOptional: boolean;
}

interface Use extends FreeName {
  readonly scope: Scope;
  /** Free if nothing in scope has this name. */
  readonly variable: string;
}

/** The nodes of TypeScript that hold code. All others are types: `erasableSyntaxOnly` sees to it. */
const WRAPPERS: ReadonlySet<string> = new Set([
  'TSAsExpression',
  'TSInstantiationExpression',
  'TSNonNullExpression',
  'TSSatisfiesExpression',
  'TSTypeAssertion',
]);

/**
 * Free names, types aside, in the order of the text. What is read of `globalThis` counts as a name;
 * `globalThis` for itself, of which anything could be read, counts as well.
 */
export function freeNames(program: Program): FreeName[] {
  const uses: Use[] = [];
  const visit = (node: Node, parent: Node, outer: Scope): void => {
    const scope = Scope.inside(node, outer);
    const use = useOf(node, parent, scope);
    if (use !== undefined) uses.push(use);
    else for (const part of partsOf(node)) visit(part, node, scope);
  };
  visit(program, program, new Scope());
  return uses.filter(({ scope, variable }) => !scope.has(variable));
}

function useOf(node: Node, parent: Node, scope: Scope): Use | undefined {
  const { start } = node;
  if (node.type === 'Identifier') {
    return { name: node.name, start, isOptional: false, scope, variable: node.name };
  }
  if (node.type !== 'MemberExpression') return undefined;
  const { object } = node;
  const name = memberName(node);
  if (object.type !== 'Identifier' || object.name !== 'globalThis' || !name) return undefined;
  return { name, start, isOptional: isOptional(node, parent), scope, variable: 'globalThis' };
}

/** `undefined` for computed ones. */
function memberName({ computed, property }: MemberExpression): string | undefined {
  if (!computed) return property.name;
  return property.type === 'Literal' ? String(property.value) : undefined;
}

/**
 * Whether `parent` expects that a member of `globalThis` can be undefined: `x?.y`, `x?.()`,
 * `x ?? y`, `x === y`, `x as Y | undefined`. The types of Node say that it never is.
 */
function isOptional(member: MemberExpression, parent: Node): boolean {
  switch (parent.type) {
    case 'MemberExpression':
      return parent.optional && parent.object === member;
    case 'CallExpression':
      return parent.optional && parent.callee === member;
    case 'LogicalExpression':
      return parent.operator === '??' && parent.left === member;
    case 'BinaryExpression':
      return parent.operator === '===' || parent.operator === '!==';
    case 'TSAsExpression': {
      const { typeAnnotation: type } = parent;
      const types = type.type === 'TSUnionType' ? type.types : [];
      return types.some((each) => each.type === 'TSUndefinedKeyword');
    }
    default:
      return false;
  }
}

/** The parts of `node` that run, without names that are not variables. */
function partsOf(node: Node): Node[] {
  switch (node.type) {
    case 'MemberExpression':
      return node.computed ? [node.object, node.property] : [node.object];
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'AccessorProperty':
      return runningChildrenOf(node).filter((child) => child !== node.key || node.computed);
    case 'LabeledStatement':
      return [node.body];
    case 'ExportNamedDeclaration':
      return node.source || node.exportKind === 'type' ? [] : runningChildrenOf(node);
    case 'ExportSpecifier':
      return node.exportKind === 'type' ? [] : [node.local];
    case 'BreakStatement':
    case 'ContinueStatement':
    case 'ExportAllDeclaration':
    case 'ImportDeclaration':
    case 'MetaProperty':
      return [];
    default:
      return runningChildrenOf(node);
  }
}

function runningChildrenOf(node: Node): Node[] {
  return childrenOf(node).filter((child) => !isErased(child));
}

function isErased(node: Node): boolean {
  const isDeclared = 'declare' in node && node.declare === true;
  return isDeclared || (node.type.startsWith('TS') && !WRAPPERS.has(node.type));
}
