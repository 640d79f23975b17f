/**
 * Checks values against schemas that refer to themselves. Each part of a value is checked once against
 * each schema that is referred to: a validator that follows every reference of a union of recursive
 * schemas doubles its work with each level of the value.
 */
import { type JsonSchema, type UnknownRecord, isRecord } from '../../base/json/json.ts';
import { MAX_PROBLEMS } from './checked.ts';
import type { ValidationError, Validator } from './explain.ts';
import { keywordOf } from './keywords.ts';
import { atPointer } from './pointer.ts';
import { mapChildren } from './walk.ts';

const ROOT = '#';

export class RecursiveValidator implements Validator {
  readonly #validatorOf: (schema: JsonSchema) => Validator;
  /** By the references to them. */
  readonly #targets = new Map<string, unknown>();
  readonly #bodies = new Map<string, Validator>();
  /** Of the check under way: what has been found out, by reference. */
  readonly #verdicts = new Map<string, Map<object, boolean>>();

  /** @param schema in the form of compiled-form.ts */
  constructor(schema: JsonSchema, validatorOf: (schema: JsonSchema) => Validator) {
    const { $defs, ...root } = schema;
    this.#validatorOf = validatorOf;
    this.#targets.set(ROOT, root);
    for (const [name, target] of Object.entries($defs as UnknownRecord)) {
      this.#targets.set(`#/$defs/${name}`, target);
    }
  }

  Check(value: unknown): boolean {
    try {
      return this.#fits(ROOT, value);
    } finally {
      this.#verdicts.clear();
    }
  }

  /** At most {@link MAX_PROBLEMS} errors, of the parts that do not fit themselves. */
  Errors(value: unknown): [boolean, readonly ValidationError[]] {
    const found: ValidationError[] = [];
    try {
      this.#explain(ROOT, value, '', found);
    } finally {
      this.#verdicts.clear();
    }
    return [found.length === 0, found];
  }

  #bodyOf(reference: string): Validator {
    let body = this.#bodies.get(reference);
    if (body === undefined) {
      body = this.#validatorOf(this.#withCalls(this.#targets.get(reference), false));
      this.#bodies.set(reference, body);
    }
    return body;
  }

  /**
   * @param isEvaluated whether a schema around it has to know which parts of the value this one has
   *   evaluated (`unevaluatedProperties`): then a target is copied, since a call says yes or no
   */
  #withCalls(schema: unknown, isEvaluated: boolean): UnknownRecord {
    if (!isRecord(schema)) return schema === true ? {} : { not: {} };
    const { $ref } = schema;
    if (typeof $ref === 'string') {
      return isEvaluated ? this.#withCalls(this.#targets.get($ref), true) : this.#callOf($ref);
    }
    const evaluates = 'unevaluatedProperties' in schema || 'unevaluatedItems' in schema;
    return mapChildren(schema, (child, [keyword]) =>
      this.#withCalls(child, (isEvaluated || evaluates) && keywordOf(keyword!)!.sameValue),
    );
  }

  #callOf(reference: string): UnknownRecord {
    const check = (value: unknown): boolean => this.#fits(reference, value);
    return { '~refine': [{ check, error: () => reference }] };
  }

  #fits(reference: string, value: unknown): boolean {
    const body = this.#bodyOf(reference);
    if (typeof value !== 'object' || value === null) return body.Check(value);
    let known = this.#verdicts.get(reference);
    if (known === undefined) this.#verdicts.set(reference, (known = new Map()));
    let verdict = known.get(value);
    if (verdict === undefined) known.set(value, (verdict = body.Check(value)));
    return verdict;
  }

  #explain(reference: string, value: unknown, path: string, found: ValidationError[]): void {
    for (const error of this.#bodyOf(reference).Errors(value)[1]) {
      if (found.length >= MAX_PROBLEMS) return;
      const { keyword, instancePath, params } = error;
      const whole = path + instancePath;
      if (keyword !== '~refine') found.push({ ...error, instancePath: whole });
      else
        this.#explain(
          (params as { message: string }).message,
          atPointer(value, instancePath),
          whole,
          found,
        );
    }
  }
}
