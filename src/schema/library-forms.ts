/**
 * What libraries are told when they make JSON forms. Some have one for what no JSON can be: arktype lets
 * `Date` be anything, zod lets a file be a text. Who sent what such a form asks for would be refused.
 */

/** The options that make a library of this name fail for what no JSON can be. */
export function formOptions(vendor: string): Record<string, unknown> | undefined {
  return Object.hasOwn(OPTIONS, vendor) ? OPTIONS[vendor] : undefined;
}

const OPTIONS: Record<string, Record<string, unknown>> = {
  arktype: {
    fallback: {
      domain: ({ domain }: { domain: string }) => fail(domain),
      date: () => fail('Date'),
      proto: ({ proto }: { proto: { name: string } }) => fail(proto.name),
      // That a key may be `undefined` only says that it may be absent.
      unit: ({ unit, base }: { unit: unknown; base: object }) =>
        unit === undefined ? base : fail(String(unit)),
    },
  },
  zod: {
    override: ({ zodSchema }: { zodSchema: { _zod: { def: { type: string } } } }) =>
      zodSchema._zod.def.type === 'file' && fail('File'),
  },
};

function fail(what: string): never {
  throw new TypeError(`${what} cannot be represented in JSON Schema`);
}
