import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import type { InputRequest, InputRequests } from '../../protocol/results.ts';
import { UsageError } from '../failure.ts';
import { cleanJson, cleanLine } from '../terminal/clean.ts';
import { isSteerable } from '../terminal/steerable.ts';

/** The error for questions without an answerer: it lists them, and says how to answer them. */
export function unanswerable(questions: InputRequests, keys: readonly string[]): UsageError {
  const lines = keys.map((key) => `  ${cleanLine(key)}: ${describe(questions[key]!)}`);
  const example = Object.fromEntries(keys.map((key) => [key, sample(questions[key]!)]));
  return new UsageError(
    [
      'The server asks, and there is no user to answer:',
      ...lines,
      `Run it in ${terminal()}, or give answers with --answers file.json, a file like:`,
      `  ${cleanJson(example)}`,
    ].join('\n'),
  );
}

function terminal(): string {
  const isDumb = process.stderr.isTTY && !isSteerable(process.stderr);
  return isDumb ? 'a terminal (not a dumb one, as TERM says)' : 'a terminal';
}

/** What a question says, in one line. */
export function describe({ method, params }: InputRequest): string {
  if (method !== 'elicitation/create') return method;
  const { message } = params;
  return params.mode === 'url'
    ? `${cleanLine(message)} ${cleanLine(params.url)}`
    : cleanLine(message);
}

/** The form's fields, with what they could hold; or consent to a URL. */
function sample({ method, params }: InputRequest): unknown {
  if (method !== 'elicitation/create' || params.mode === 'url') return 'accept';
  const { properties } = params.requestedSchema;
  if (!isRecord(properties)) return {};
  const fields = Object.entries(properties as UnknownRecord);
  return Object.fromEntries(fields.map(([name, field]) => [name, sampleValue(field)]));
}

function sampleValue(field: unknown): unknown {
  if (!isRecord(field)) return '…';
  if (field['default'] !== undefined) return field['default'];
  if (Array.isArray(field['enum'])) return field['enum'][0];
  if (Array.isArray(field['oneOf']) && isRecord(field['oneOf'][0]))
    return field['oneOf'][0]['const'];
  const samples: UnknownRecord = { boolean: true, number: 1, integer: 1, array: [] };
  return samples[String(field['type'])] ?? '…';
}
