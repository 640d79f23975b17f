/** What author code can throw so that looking at it throws again. */

const boo = (): never => {
  throw new Error('boo');
};

function withGetter(member: string): Error {
  return Object.defineProperty(new Error('x'), member, { get: boo });
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** Names, and what makes a new one of each. */
export const HOSTILE_ERRORS: readonly (readonly [name: string, make: () => unknown])[] = [
  ['an error whose message throws', () => withGetter('message')],
  ['an error whose stack throws', () => withGetter('stack')],
  ['an error whose name throws', () => withGetter('name')],
  ['an error whose code throws', () => withGetter('code')],
  ['an error whose message is a symbol', () => Object.assign(new Error(), { message: Symbol() })],
  ['an object whose toPrimitive throws', () => ({ [Symbol.toPrimitive]: boo })],
  ['an object without a prototype', () => Object.create(null)],
  ['a symbol', () => Symbol('no')],
  ['a revoked proxy', revoked],
  ['a proxy whose every member throws', () => new Proxy(new Error('x'), { get: boo })],
  ['a proxy that does not show its type', () => new Proxy({}, { getPrototypeOf: boo, has: boo })],
];
