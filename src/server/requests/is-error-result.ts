import { type UnknownRecord, isRecord } from '../../base/json/json.ts';

/**
 * Whether a result is that of a tool which has failed.
 *
 * @param text JSON: the result, or a response that has it
 */
export function isErrorResult(text: string, of: 'result' | 'response'): boolean {
  // Within a text of the result, its quotes would be escaped.
  if (!text.includes('"isError":true')) return false;
  const json = JSON.parse(text) as UnknownRecord;
  const result = of === 'result' ? json : json['result'];
  return isRecord(result) && result['isError'] === true;
}
