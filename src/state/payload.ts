/**
 * A state as JSON text: an array, because member names would be longer than the values. It begins
 * with the number of its format.
 */
import { newerFormat } from '../base/errors.ts';
import { exactJson } from '../base/json/exact-json.ts';
import { type JsonValue, parseJson } from '../base/json/json.ts';
import type { FlowState } from './claims.ts';

/** To be raised when this version writes what older ones cannot read. */
const FORMAT = 1;

export function writePayload(state: FlowState): string {
  const { binding } = state;
  return exactJson([
    FORMAT,
    state.flowId,
    state.secret,
    state.startedAt,
    state.deadline - state.startedAt,
    state.round,
    state.issuedAt - state.startedAt,
    state.expiresAt - state.startedAt,
    binding.audience,
    binding.method,
    binding.target,
    binding.argumentsDigest,
    binding.principal,
    binding.version,
    state.content,
  ]);
}

/** The type of each member before the content: s for string, n for number, which is finite. */
const SHAPE = 'nssnnnnnssssss';

/**
 * The state in `text`, or `undefined` if `text` does not contain one.
 *
 * @throws RondoError `newer_format`
 */
export function readPayload(text: string): FlowState | undefined {
  const parts = parseJson(text);
  if (!Array.isArray(parts)) return undefined;
  const [format] = parts;
  if (typeof format === 'number' && format > FORMAT) throw newerFormat('state', format, FORMAT);
  if (format !== FORMAT || parts.length !== SHAPE.length + 1) return undefined;
  for (let i = 0; i < SHAPE.length; i++) if (!isOf(SHAPE[i]!, parts[i])) return undefined;
  const [, flowId, secret, startedAt, deadline, round, issuedAt, expiresAt, ...rest] = parts as [
    number,
    string,
    string,
    number,
    number,
    number,
    number,
    number,
    string,
    string,
    string,
    string,
    string,
    string,
    JsonValue,
  ];
  const [audience, method, target, argumentsDigest, principal, version, content] = rest;
  return {
    flowId,
    secret,
    startedAt,
    deadline: startedAt + deadline,
    round,
    issuedAt: startedAt + issuedAt,
    expiresAt: startedAt + expiresAt,
    binding: { audience, method, target, argumentsDigest, principal, version },
    content,
  };
}

function isOf(letter: string, part: unknown): boolean {
  return letter === 'n' ? Number.isFinite(part) : typeof part === 'string';
}
