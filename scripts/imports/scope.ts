/** Where a name is known that a module declares. */
import type { BindingPattern, BindingRestElement, Node, ParamPattern } from 'oxc-parser';

/** The names declared in a module, function, block or class, and around them those of the outer scope. */
export class Scope {
  /** Where `var` declares: in the nearest function, or in the module. */
  readonly ofFunction: Scope;
  readonly #outer: Scope | undefined;
  readonly #names = new Set<string>();

  constructor(outer?: Scope, isFunction = true) {
    this.#outer = outer;
    this.ofFunction = isFunction || outer === undefined ? this : outer.ofFunction;
  }

  /** The scope inside `node`, with what `node` declares; `outer` itself if it opens none. */
  static inside(node: Node, outer: Scope): Scope {
    const scope = opened(node, outer);
    if (node.type === 'FunctionDeclaration' && node.id) outer.declare(node.id.name);
    declareIn(scope, node);
    return scope;
  }

  declare(name: string): void {
    this.#names.add(name);
  }

  has(name: string): boolean {
    return this.#names.has(name) || (this.#outer?.has(name) ?? false);
  }
}

function opened(node: Node, outer: Scope): Scope {
  switch (node.type) {
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'StaticBlock':
      return new Scope(outer);
    case 'BlockStatement':
    case 'CatchClause':
    case 'ClassExpression':
    case 'ForInStatement':
    case 'ForOfStatement':
    case 'ForStatement':
    case 'SwitchStatement':
      return new Scope(outer, false);
    default:
      return outer;
  }
}

function declareIn(scope: Scope, node: Node): void {
  switch (node.type) {
    case 'VariableDeclaration': {
      const target = node.kind === 'var' ? scope.ofFunction : scope;
      for (const { id } of node.declarations) declareAll(target, id);
      break;
    }
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      if (node.type === 'FunctionExpression' && node.id) scope.declare(node.id.name);
      for (const parameter of node.params) declareAll(scope, parameter);
      break;
    case 'ClassDeclaration':
    case 'ClassExpression':
      if (node.id) scope.declare(node.id.name);
      break;
    case 'CatchClause':
      if (node.param) declareAll(scope, node.param);
      break;
    case 'ImportDeclaration':
      if (node.importKind === 'type') break;
      for (const { local } of node.specifiers) scope.declare(local.name);
  }
}

/** Declares each name of a pattern: `{ a, b: [c = 1, ...d] }` has a, c and d. */
function declareAll(
  scope: Scope,
  pattern: BindingPattern | ParamPattern | BindingRestElement,
): void {
  switch (pattern.type) {
    case 'Identifier':
      return scope.declare(pattern.name);
    case 'AssignmentPattern':
      return declareAll(scope, pattern.left);
    case 'RestElement':
      return declareAll(scope, pattern.argument);
    case 'ArrayPattern':
      return pattern.elements.forEach((element) => element && declareAll(scope, element));
    case 'ObjectPattern':
      return pattern.properties.forEach((property) =>
        declareAll(scope, property.type === 'Property' ? property.value : property),
      );
  }
}
