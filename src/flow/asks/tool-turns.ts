import { RondoError } from '../../base/errors.ts';
import type { SamplingContent, SamplingMessage } from '../../protocol/types/sampling.ts';
import { quote } from '../../base/quote.ts';

/**
 * Checks a conversation that uses tools: the message after tool uses has a result for each of them,
 * and nothing else (SA-4).
 *
 * @throws RondoError `invalid_sampling`
 */
export function assertToolTurns(messages: readonly SamplingMessage[]): void {
  const problem = problemOf(messages);
  if (problem !== undefined) {
    throw new RondoError('invalid_sampling', `This cannot be sampled: ${problem}.`);
  }
}

function problemOf(messages: readonly SamplingMessage[]): string | undefined {
  let used: string[] = [];
  for (const message of messages) {
    const blocks = blocksOf(message);
    const results = blocks.flatMap((block) =>
      block.type === 'tool_result' ? [block.toolUseId] : [],
    );
    if (results.length > 0 && results.length < blocks.length) {
      return 'a message with tool results contains something else too';
    }
    const unanswered = used.find((id) => !results.includes(id));
    if (unanswered !== undefined)
      return `tool use ${quote(unanswered)} has no result in the next message`;
    const unasked = results.find((id) => !used.includes(id));
    if (unasked !== undefined)
      return `tool result ${quote(unasked)} has no tool use in the message before`;
    used = blocks.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
  }
  return used.length === 0
    ? undefined
    : `tool use ${quote(used[0]!)} has no result in the next message`;
}

function blocksOf({ content }: SamplingMessage): readonly SamplingContent[] {
  return Array.isArray(content) ? content : [content];
}
