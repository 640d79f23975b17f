/** Content blocks as text: text as it is, everything else as one line that says what it is. */
import type { ContentBlock, ResourceContents } from '../../protocol/content.ts';
import { clean, cleanLine } from '../terminal/clean.ts';

export function renderContent(block: ContentBlock): string {
  switch (block.type) {
    case 'text':
      return clean(String(block.text));
    case 'image':
    case 'audio':
      return summary(block.type, block.mimeType, base64Size(block.data));
    case 'resource_link':
      return summary('link', block.title ?? block.name, block.uri);
    case 'resource':
      return summary(
        'resource',
        block.resource.uri,
        block.resource.mimeType,
        sizeOf(block.resource),
      );
    default:
      return summary(String((block as { type: unknown }).type));
  }
}

export function renderResource(resource: ResourceContents): string {
  if ('text' in resource) return clean(resource.text);
  return summary('resource', resource.uri, resource.mimeType, sizeOf(resource));
}

function sizeOf(resource: ResourceContents): string {
  if ('text' in resource) return `${resource.text.length} characters`;
  return base64Size(resource.blob);
}

function base64Size(text: string): string {
  return `${Buffer.byteLength(String(text), 'base64')} bytes`;
}

function summary(...parts: (string | undefined)[]): string {
  const known = parts.filter((part) => part !== undefined).map((part) => cleanLine(String(part)));
  return `[${known.join(', ')}]`;
}
