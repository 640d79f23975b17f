/** The results of calls, as they are printed. Nothing in a result can keep the rest from being shown. */
import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import type { AskingMethod } from '../../protocol/names/methods.ts';
import { cleanJson, cleanLine } from '../terminal/clean.ts';
import { renderContent, renderResource } from './content.ts';

export function renderResult(method: AskingMethod, result: UnknownRecord): string {
  const { member, render } = RENDERERS[method];
  const items = result[member];
  if (!Array.isArray(items)) return cleanJson(result, 2);
  const shown = items.map(render);
  const { structuredContent } = result;
  // It says the same as the text, if there is text.
  const hasText = items.some((item) => isRecord(item) && typeof item['text'] === 'string');
  if (method === 'tools/call' && structuredContent !== undefined && !hasText) {
    shown.push(cleanJson(structuredContent, 2));
  }
  return shown.join('\n');
}

const RENDERERS = {
  'tools/call': { member: 'content', render: renderContent },
  'prompts/get': { member: 'messages', render: renderMessage },
  'resources/read': { member: 'contents', render: renderResource },
} as const;

function renderMessage(message: unknown): string {
  if (!isRecord(message) || !isRecord(message['content'])) return cleanJson(message);
  return `${cleanLine(String(message['role']))}: ${renderContent(message['content'])}`;
}

/** The content of a resource, unchanged, for files and pipes. */
export function resourceBytes(result: UnknownRecord): Uint8Array {
  const { contents } = result;
  if (!Array.isArray(contents)) return Buffer.from(cleanJson(result, 2));
  return Buffer.concat(contents.map(bytesOf));
}

function bytesOf(contents: unknown): Buffer {
  const { text, blob } = isRecord(contents) ? contents : {};
  if (typeof text === 'string') return Buffer.from(text);
  return typeof blob === 'string' ? Buffer.from(blob, 'base64') : Buffer.from(cleanJson(contents));
}
