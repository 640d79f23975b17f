/**
 * Makes `const { confirm } = ctx` work: such a method is bound to its object when it is read. Nothing
 * is made for objects whose methods are not used.
 */
export function allowDestructuring<T extends object>(
  type: { readonly prototype: T },
  methods: readonly (keyof T & string)[],
): void {
  for (const name of methods) {
    const method = type.prototype[name] as (...args: unknown[]) => unknown;
    Object.defineProperty(type.prototype, name, {
      configurable: true,
      get(this: T) {
        return method.bind(this);
      },
      // As for any method: tests replace them.
      set(this: T, value: unknown) {
        Object.defineProperty(this, name, { value, writable: true, configurable: true });
      },
    });
  }
}
