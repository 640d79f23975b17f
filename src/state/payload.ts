/** A state as JSON text. An array, because member names would be longer than the values. */
import { type JsonValue, parseJson } from '../base/json.ts';
import type { FlowState } from './claims.ts';

export function writePayload(state: FlowState): string {
  const { binding } = state;
  return JSON.stringify([
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

/** The type of each member before the content: s for string, n for number. */
const SHAPE = 'ssnnnnnssssss';

/** The state in `text`, or `undefined` if `text` does not contain one. */
export function readPayload(text: string): FlowState | undefined {
  const parts = parseJson(text);
  if (!Array.isArray(parts) || parts.length !== SHAPE.length + 1) return undefined;
  if (![...SHAPE].every((letter, i) => (typeof parts[i])[0] === letter)) return undefined;
  const [flowId, secret, startedAt, deadline, round, issuedAt, expiresAt, ...rest] = parts as [
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
