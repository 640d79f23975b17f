/** Converts between the value of a field and the text that the user types. */
import type { FormValue } from '../../protocol/types/elicitation.ts';
import { numberProblem } from '../exact-number.ts';
import type { Field } from './field.ts';

/** As people write numbers: `+` is fine, hexadecimal is not. */
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * The value typed, or the preset if nothing was typed. An invalid number stays text: the check
 * reports it.
 */
export function typedValue(field: Field, typed: string): FormValue | undefined {
  if (typed.trim() === '' && (field.kind !== 'text' || typed === '')) return field.preset;
  if (field.kind === 'text') return typed;
  const text = typed.trim();
  return NUMBER.test(text) ? Number(text) : text;
}

/** What is wrong with what was typed; `undefined` if nothing is. */
export async function typedProblem(field: Field, typed: string): Promise<string | undefined> {
  const value = typedValue(field, typed);
  const lost =
    typeof value === 'number' && typed.trim() !== '' ? numberProblem(typed.trim()) : undefined;
  if (lost !== undefined) return `${lost[0]!.toUpperCase()}${lost.slice(1)}.`;
  if (value !== undefined) return field.problem(value);
  return field.isRequired ? 'An answer is needed.' : undefined;
}

/** A value for the review: choices by their titles. */
export function shownValue(field: Field, value: FormValue | undefined): string {
  if (value === undefined) return '(no answer)';
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  const values = Array.isArray(value) ? value : [value];
  if (values.length === 0) return '(none)';
  return values.map((each) => titleOf(field, String(each))).join(', ');
}

function titleOf({ choices }: Field, value: string): string {
  return choices.find((choice) => choice.value === value)?.label ?? value;
}
