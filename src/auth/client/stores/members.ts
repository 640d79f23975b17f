/** What a kept record has to have: a file may have been cut, or changed by hand. */
import { type UnknownRecord, isRecord } from '../../../base/json/json.ts';

type Kind = 'text' | 'number' | 'texts' | 'numbers';

const IS: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  number: (value) => Number.isFinite(value),
  texts: (value) => Array.isArray(value) && value.every(IS.text),
  numbers: (value) => Array.isArray(value) && value.every(IS.number),
};

/** By name; one whose name ends with `?` may be absent. */
export type Members = Readonly<Record<string, Kind>>;

export function hasMembers(value: unknown, members: Members): value is UnknownRecord {
  if (!isRecord(value)) return false;
  return Object.entries(members).every(([name, kind]) => {
    const member = value[name.replace('?', '')];
    return IS[kind](member) || (name.endsWith('?') && member === undefined);
  });
}
