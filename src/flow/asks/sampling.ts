import { RondoError } from '../../base/errors.ts';
import { isRecord } from '../../base/json.ts';
import type { CreateMessageParams } from '../../protocol/types/sampling.ts';
import { assertToolTurns } from './tool-turns.ts';

/**
 * Checks what clients must refuse, since they would blame the server (SA-4).
 *
 * @throws RondoError `invalid_sampling`
 */
export function assertSampling(params: CreateMessageParams): void {
  const problem = problemOf(params);
  if (problem !== undefined) {
    throw new RondoError('invalid_sampling', `This cannot be sampled: ${problem}.`);
  }
  assertToolTurns(params.messages);
}

function problemOf(params: unknown): string | undefined {
  if (!isRecord(params)) return 'it has no { messages, maxTokens }; is the key missing?';
  const { messages, maxTokens } = params;
  if (!Array.isArray(messages)) return 'it has no messages';
  if (!messages.every(isMessage)) return 'a message needs a role, user or assistant, and content';
  const isLimit = Number.isInteger(maxTokens) && (maxTokens as number) > 0;
  return isLimit ? undefined : 'maxTokens is not a whole number above 0';
}

function isMessage(message: unknown): boolean {
  if (!isRecord(message)) return false;
  const { role, content } = message;
  const blocks = Array.isArray(content) ? content : [content];
  return (
    (role === 'user' || role === 'assistant') &&
    blocks.every((block) => isRecord(block) && typeof block['type'] === 'string')
  );
}
