import { RondoError } from '../../base/errors.ts';
import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import { blockProblem, contentProblem, missingText } from '../../protocol/content-problem.ts';
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
  const problem = blocksProblem(messages);
  if (problem !== undefined) return problem;
  const isLimit = Number.isInteger(maxTokens) && (maxTokens as number) > 0;
  return isLimit ? undefined : 'maxTokens is not a whole number above 0';
}

function isMessage(message: unknown): boolean {
  if (!isRecord(message)) return false;
  const { role, content } = message;
  return (role === 'user' || role === 'assistant') && content !== undefined;
}

function blocksProblem(messages: readonly UnknownRecord[]): string | undefined {
  for (const [i, { content }] of messages.entries()) {
    for (const block of [content].flat()) {
      const problem = samplingProblem(block);
      if (problem !== undefined) return `messages[${i}] has a 'content' that ${problem}`;
    }
  }
  return undefined;
}

function samplingProblem(block: unknown): string | undefined {
  if (!isRecord(block)) return blockProblem(block);
  const { type, input, content } = block;
  if (type === 'tool_use') {
    return isRecord(input) ? missingText(block, ['id', 'name']) : "needs 'input', as an object";
  }
  if (type !== 'tool_result') return blockProblem(block);
  if (!Array.isArray(content)) return "needs 'content', as a list of blocks";
  return missingText(block, ['toolUseId']) ?? contentProblem('content', content);
}
