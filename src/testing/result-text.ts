import { type UnknownRecord, isRecord } from '../base/json/json.ts';

/** The text in a result: of a tool's blocks, a prompt's messages or a resource's contents. */
export function textOf(result: UnknownRecord): string {
  const { content, messages, contents } = result;
  const blocks = content ?? contents ?? contentsOf(messages);
  return Array.isArray(blocks) ? blocks.flatMap(textsIn).join('\n') : '';
}

function contentsOf(messages: unknown): unknown[] {
  return Array.isArray(messages)
    ? messages.map((message) => isRecord(message) && message['content'])
    : [];
}

function textsIn(block: unknown): string[] {
  return isRecord(block) && typeof block['text'] === 'string' ? [block['text']] : [];
}
