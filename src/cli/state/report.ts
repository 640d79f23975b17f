/** Prints an opened state, for people or as JSON, without the flow's secret. */
import type { FlowState } from '../../state/claims.ts';
import type { JsonValue, UnknownRecord } from '../../base/json/json.ts';
import { cleanJson, cleanLine } from '../terminal/clean.ts';
import { type ShownEntry, readContent } from './journal.ts';
import { distance } from './time.ts';

/** Longest recorded value that is shown in full, in characters. */
const MAX_SHOWN = 200;

export function stateAsJson(state: FlowState): UnknownRecord {
  const { flowId, round, binding } = state;
  return {
    flowId,
    round,
    ...binding,
    startedAt: iso(state.startedAt),
    issuedAt: iso(state.issuedAt),
    expiresAt: iso(state.expiresAt),
    deadline: iso(state.deadline),
    ...readContent(state.content),
  };
}

export function stateAsText(state: FlowState, now: number): string {
  const { questions, journal, capabilities, manual } = readContent(state.content);
  const rows = questions.map(
    ({ kind, key, sendings }) => `${key} (${kind}), asked ${times(sendings)}`,
  );
  return [
    ...claims(state, now),
    line('client', cleanJson(capabilities)),
    ...(manual === undefined ? [] : [line('manual', shorten(cleanJson(manual)))]),
    '',
    ...section('Waiting for', rows),
    '',
    ...section(
      'Journal',
      journal.map((entry, index) => entryText(entry, index + 1)),
    ),
  ].join('\n');
}

function claims({ binding, ...state }: FlowState, now: number): string[] {
  const at = (time: number): string => `${iso(time)} (${distance(time, now)})`;
  return [
    `${binding.method} ${cleanLine(binding.target)}`,
    line('flow', state.flowId),
    line('round', `${state.round}, when it comes back`),
    line('started', at(state.startedAt)),
    line('issued', at(state.issuedAt)),
    line('expires', at(state.expiresAt)),
    line('deadline', `${at(state.deadline)}, for the whole flow`),
    line('audience', binding.audience),
    line('version', binding.version === '' ? 'none' : binding.version),
    line('principal', binding.principal),
    line('arguments', `sha256 ${binding.argumentsDigest}`),
  ];
}

function line(name: string, value: string): string {
  return `  ${name.padEnd(10)} ${cleanLine(value)}`;
}

function section(title: string, rows: readonly string[]): string[] {
  return [title, ...(rows.length === 0 ? ['  nothing'] : rows.map((row) => `  ${cleanLine(row)}`))];
}

function entryText({ kind, key, at, outcome, content }: ShownEntry, number: number): string {
  const when = at === undefined ? 'not seen yet' : `after ${at / 1000} s`;
  return `${number}. ${key} (${kind}), ${when}: ${outcomeText(outcome, content)}`;
}

function outcomeText(outcome: ShownEntry['outcome'], content: JsonValue): string {
  const text = shorten(cleanJson(content));
  return outcome === 'value' ? text : `${outcome} ${text}`;
}

function shorten(text: string): string {
  if (text.length <= MAX_SHOWN) return text;
  return `${text.slice(0, MAX_SHOWN)}… (${text.length} characters; --json has all)`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
