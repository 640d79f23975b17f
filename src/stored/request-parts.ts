import { type JsonValue, isRecord } from '../base/json/json.ts';
import type { ExtendedCall, LazyStanding } from '../server/extension.ts';
import { argumentsDigest } from '../state/arguments-digest.ts';

/**
 * What makes a request the same when it is sent again: not its id, which differs by rule, nor its
 * `_meta`. Of the answers, those that are waited for.
 */
export function requestParts(
  { method, target, params }: ExtendedCall,
  { outstanding }: LazyStanding,
): readonly string[] {
  const { requestState, inputResponses } = params;
  const given = isRecord(inputResponses) ? inputResponses : {};
  const answers = outstanding.map((key) =>
    Object.hasOwn(given, key) ? [given[key] as JsonValue] : [],
  );
  const state = typeof requestState === 'string' ? requestState : '';
  return [method, target, argumentsDigest(params['arguments']), state, argumentsDigest(answers)];
}
