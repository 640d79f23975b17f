/** The schema that the tables are in: statements name it `rondo`. */

const NAME = /^[a-z_][a-z0-9_]{0,39}$/;

/** A name may be a word of SQL, such as `user`. */
export function isSchemaName(name: unknown): name is string {
  return typeof name === 'string' && NAME.test(name);
}

/** What puts the name of a schema into statements instead of `rondo`. */
export function inSchema(schema: string): (text: string) => string {
  if (schema === 'rondo') return (text) => text;
  const known = new Map<string, string>();
  return (text) => {
    let named = known.get(text);
    if (named === undefined) {
      named = text.replaceAll(/\brondo\b/g, `"${schema}"`);
      known.set(text, named);
    }
    return named;
  };
}
