/**
 * Content blocks as text: text as it is, everything else as one line that says what it is. A block that
 * is not as the protocol has it is shown as JSON: the call may not be made a second time.
 */
import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import { clean, cleanJson, cleanLine } from '../terminal/clean.ts';

export function renderContent(block: unknown): string {
  const rendered = isRecord(block) ? RENDERERS.get(block['type'])?.(block) : undefined;
  return rendered ?? cleanJson(block);
}

export function renderResource(resource: unknown): string {
  const { text } = isRecord(resource) ? resource : {};
  if (typeof text === 'string') return clean(text);
  return embedded(resource) ?? cleanJson(resource);
}

type Renderer = (block: UnknownRecord) => string | undefined;

/** `undefined` for a block without what its type promises. */
const RENDERERS = new Map<unknown, Renderer>([
  ['text', ({ text }) => (typeof text === 'string' ? clean(text) : undefined)],
  ['image', media],
  ['audio', media],
  ['resource_link', link],
  ['resource', ({ resource }) => embedded(resource)],
]);

function link({ title, name, uri }: UnknownRecord): string | undefined {
  return typeof uri === 'string' ? summary('link', title ?? name, uri) : undefined;
}

function media({ type, mimeType, data }: UnknownRecord): string | undefined {
  return typeof data === 'string' ? summary(type, mimeType, base64Size(data)) : undefined;
}

function embedded(resource: unknown): string | undefined {
  if (!isRecord(resource) || typeof resource['uri'] !== 'string') return undefined;
  const { uri, mimeType, text, blob } = resource;
  if (typeof text === 'string')
    return summary('resource', uri, mimeType, `${text.length} characters`);
  return typeof blob === 'string'
    ? summary('resource', uri, mimeType, base64Size(blob))
    : undefined;
}

function base64Size(text: string): string {
  return `${Buffer.byteLength(text, 'base64')} bytes`;
}

/** In a line. What is not a text is left out. */
function summary(...parts: unknown[]): string {
  const known = parts.filter((part) => typeof part === 'string').map(cleanLine);
  return `[${known.join(', ')}]`;
}
