export type Json = Record<string, unknown>;

/** A schema, arguments that fit it, and arguments that do not. */
export type Row = [name: string, schema: unknown, fits: unknown[], doesNotFit: unknown[]];

export const p = (schema: unknown, more: Json = {}): Json => ({
  type: 'object',
  properties: { p: schema },
  ...more,
});
export const some = (...values: unknown[]): Json[] => values.map((value) => ({ p: value }));
