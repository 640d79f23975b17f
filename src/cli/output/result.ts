/** The results of calls, as they are printed. */
import type { AskingMethod } from '../../protocol/methods.ts';
import type {
  CallToolResult,
  GetPromptResult,
  PromptMessage,
  ReadResourceResult,
} from '../../protocol/results.ts';
import { type UnknownRecord, isRecord } from '../../base/json.ts';
import { InvalidResponseError } from '../../protocol/response.ts';
import { cleanJson, cleanLine } from '../terminal/clean.ts';
import { renderContent, renderResource } from './content.ts';

const MEMBERS = {
  'tools/call': 'content',
  'prompts/get': 'messages',
  'resources/read': 'contents',
} as const;

/** @throws InvalidResponseError for a result without what its method promises */
export function renderResult(method: AskingMethod, result: UnknownRecord): string {
  const member = MEMBERS[method];
  const items = result[member];
  if (!Array.isArray(items) || !items.every(isRecord)) {
    throw new InvalidResponseError(`a result without ${member}`);
  }
  switch (method) {
    case 'tools/call':
      return renderToolResult(result as unknown as CallToolResult);
    case 'prompts/get':
      return (result as unknown as GetPromptResult).messages.map(renderMessage).join('\n');
    case 'resources/read':
      return (result as unknown as ReadResourceResult).contents.map(renderResource).join('\n');
  }
}

/** The text of a result; its structured content, which says the same, only if there is no text. */
function renderToolResult({ content, structuredContent }: CallToolResult): string {
  const blocks = content.map(renderContent);
  const hasText = content.some(({ type }) => type === 'text');
  if (structuredContent !== undefined && !hasText) blocks.push(cleanJson(structuredContent, 2));
  return blocks.join('\n');
}

function renderMessage({ role, content }: PromptMessage): string {
  return `${cleanLine(String(role))}: ${renderContent(content)}`;
}

/** The content of a resource, unchanged, for files and pipes. */
export function resourceBytes(result: UnknownRecord): Uint8Array {
  const { contents } = result as unknown as ReadResourceResult;
  return Buffer.concat(
    contents.map((each) =>
      'text' in each ? Buffer.from(each.text) : Buffer.from(each.blob, 'base64'),
    ),
  );
}
