/**
 * Finds what the references in a schema refer to: by pointer, anchor or `$id`, and never by fetching.
 */
import { type JsonSchema, type UnknownRecord, isRecord } from '../../base/json/json.ts';
import { atFragment } from './pointer.ts';
import { childrenOf } from './walk.ts';

/** The base of references in a schema without `$id`. It exists nowhere. */
const ROOT = 'schema://root/';

export class References {
  /** The base of the references in each schema. */
  readonly #bases = new Map<UnknownRecord, string>();
  /** Schemas by their `$id`, and by the base and their anchor. */
  readonly #named = new Map<string, UnknownRecord>();
  readonly #dynamic = new Map<string, UnknownRecord[]>();

  constructor(root: JsonSchema) {
    this.#named.set(ROOT, root);
    this.#learn(root, ROOT);
  }

  /** The schemas that `schema` refers to; `undefined` for a reference that leads nowhere. */
  targetsOf(schema: UnknownRecord): { readonly reference: string; readonly target: unknown }[] {
    const { $ref, $dynamicRef } = schema;
    return [$ref, $dynamicRef]
      .filter((reference) => typeof reference === 'string')
      .map((reference) => ({ reference, target: this.find(reference, schema) }));
  }

  /** What `reference` in the schema `from` refers to; `undefined` if that is no schema. */
  find(reference: string, from: UnknownRecord): unknown {
    const base = this.#bases.get(from) ?? ROOT;
    const uri = resolve(reference, base);
    const [resource, fragment = ''] = uri?.split(/#(.*)/s) ?? [];
    if (resource === undefined) return undefined;
    const found = this.#named.get(resource);
    if (fragment === '') return found;
    if (!fragment.startsWith('/')) return this.#named.get(uri!);
    const target = found && atFragment(found, fragment);
    // It may be outside of all keywords that hold schemas.
    if (isRecord(target) && !this.#bases.has(target)) this.#learn(target, this.#bases.get(found!)!);
    return isRecord(target) || typeof target === 'boolean' ? target : undefined;
  }

  /** How many schemas a `$dynamicRef` to `target` may lead to, depending on the way taken. */
  candidatesFor(target: UnknownRecord): number {
    return this.#dynamic.get(String(target['$dynamicAnchor']))?.length ?? 0;
  }

  #learn(schema: UnknownRecord, around: string): void {
    if (this.#bases.has(schema)) return;
    const { $id, $anchor, $dynamicAnchor } = schema;
    const base = typeof $id === 'string' ? baseAt($id, around) : around;
    this.#bases.set(schema, base);
    if (base !== around) this.#named.set(base, schema);
    for (const anchor of [$anchor, $dynamicAnchor, draft7Anchor($id)]) {
      if (typeof anchor === 'string') this.#named.set(`${base}#${anchor}`, schema);
    }
    if (typeof $dynamicAnchor === 'string') {
      this.#dynamic.set($dynamicAnchor, [...(this.#dynamic.get($dynamicAnchor) ?? []), schema]);
    }
    for (const child of childrenOf(schema)) this.#learn(child.schema as UnknownRecord, base);
  }
}

/** What is wrong with a reference that leads nowhere. */
export function lostReference(reference: string): string {
  const isRemote = /^(?:[a-z][a-z0-9+.-]*:|\/\/)/i.test(reference);
  const why = isRemote ? 'would have to be fetched' : 'is not in the schema';
  return `reference ${JSON.stringify(reference.slice(0, 200))} ${why}`;
}

function baseAt(id: string, around: string): string {
  return id.startsWith('#') ? around : (resolve(id, around)?.replace(/#$/, '') ?? around);
}

/** In draft-07, an `$id` of a fragment alone names a schema. */
function draft7Anchor(id: unknown): string | undefined {
  return typeof id === 'string' && id.startsWith('#') ? id.slice(1) : undefined;
}

function resolve(reference: string, base: string): string | undefined {
  if (reference.startsWith('#')) return base + reference;
  return URL.canParse(reference, base) ? new URL(reference, base).href : undefined;
}
