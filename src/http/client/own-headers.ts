import { invalidOptions } from '../../base/errors.ts';
import { isRecord } from '../../base/json/json.ts';

/** Headers that a caller gives. */
export type OwnHeaders = Readonly<Record<string, string>> | Headers;

/**
 * The caller's headers and those of the protocol, which win whatever the case of a name is. Members
 * that are `undefined` are absent.
 *
 * @throws RondoError `invalid_options` for headers that are none
 */
export function withOwnHeaders(
  own: OwnHeaders | undefined,
  ofProtocol: Readonly<Record<string, string>>,
): Record<string, string> {
  const taken = new Set(Object.keys(ofProtocol).map((name) => name.toLowerCase()));
  const added = pairsOf(own ?? {}).filter(([name]) => !taken.has(name.toLowerCase()));
  return { ...Object.fromEntries(added), ...ofProtocol };
}

function pairsOf(own: unknown): [string, string][] {
  if (!isRecord(own)) throw invalidOptions("'http.headers' must give an object, or Headers.");
  const pairs = isIterable(own) ? [...own] : Object.entries(own);
  return pairs.filter(([, value]) => value !== undefined) as [string, string][];
}

function isIterable(value: object): value is Iterable<[string, unknown]> {
  return Symbol.iterator in value;
}
