/** The members of an object that somebody else made. */

export type Members = Readonly<Record<string, unknown>>;

/** Whether what `value` holds are not its members: a `Map`, a `Set`. */
export function isCollection(value: unknown): boolean {
  return value instanceof Map || value instanceof Set;
}

/**
 * Name and value of all members of `given` that are not `undefined`, each read once: own and
 * inherited ones, enumerable or not. Methods of a class stay bound to their instance.
 */
export function membersOf(given: Members): Iterable<[name: string, value: unknown]> {
  return isPlain(given) ? ownMembersOf(given) : allMembersOf(given);
}

/** Whether nothing is inherited: so are nearly all options, and looking further costs the most. */
function isPlain(given: Members): boolean {
  return (
    Object.getPrototypeOf(given) === Object.prototype && Object.keys(Object.prototype).length === 0
  );
}

function ownMembersOf(given: Members): [string, unknown][] {
  const members: [string, unknown][] = [];
  for (const name of Object.getOwnPropertyNames(given)) {
    const value = given[name];
    if (value !== undefined) members.push([name, value]);
  }
  return members;
}

function allMembersOf(given: Members): Map<string, unknown> {
  const members = new Map<string, unknown>();
  for (let owner: object | null = given; owner !== null; owner = Object.getPrototypeOf(owner)) {
    for (const name of namesIn(owner)) {
      if (members.has(name) || (name === 'constructor' && owner !== given)) continue;
      members.set(name, owner === given ? given[name] : inherited(given, owner, name));
    }
  }
  for (const [name, value] of members) if (value === undefined) members.delete(name);
  return members;
}

/** Of the root of all objects only what somebody has added to it. */
function namesIn(owner: object): string[] {
  const isRoot = Object.getPrototypeOf(owner) === null && Object.hasOwn(owner, 'constructor');
  return isRoot ? Object.keys(owner) : Object.getOwnPropertyNames(owner);
}

function inherited(given: Members, owner: object, name: string): unknown {
  const method: unknown = Object.getOwnPropertyDescriptor(owner, name)?.value;
  return typeof method === 'function' ? method.bind(given) : given[name];
}
