type Constructor = abstract new (...args: never[]) => object;

/**
 * Makes `instanceof` work across two copies of this package: it looks for a symbol of the global
 * symbol registry instead of comparing prototypes. Subclasses that are not branded themselves keep
 * the ordinary meaning. A value that throws when it is inspected (a revoked proxy) is not an
 * instance of anything.
 */
export function brand(type: Constructor, name: string): void {
  const mark = Symbol.for(`mcp-rondo.${name}`);
  Object.defineProperty(type.prototype, mark, { value: true });
  Object.defineProperty(type, Symbol.hasInstance, {
    value(this: unknown, value: unknown): boolean {
      try {
        if (this !== type) return Function.prototype[Symbol.hasInstance].call(this, value);
        return typeof value === 'object' && value !== null && mark in value;
      } catch {
        return false;
      }
    },
  });
}
