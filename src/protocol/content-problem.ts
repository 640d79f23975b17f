/** What is wrong with content that an author has made: what its type requires, and nothing else. */
import { type UnknownRecord, isRecord } from '../base/json/json.ts';

/** The texts that a block must have, by its type. */
const TEXTS: ReadonlyMap<unknown, readonly string[]> = new Map<unknown, readonly string[]>([
  ['text', ['text']],
  ['image', ['data', 'mimeType']],
  ['audio', ['data', 'mimeType']],
  ['resource_link', ['uri', 'name']],
]);

const TYPES = `${[...TEXTS.keys()].join(', ')} or resource`;

/**
 * What is wrong with a list of content blocks, naming index and member; `undefined` for nothing.
 *
 * @param where the list, such as `content`
 */
export function contentProblem(where: string, blocks: readonly unknown[]): string | undefined {
  for (let i = 0; i < blocks.length; i++) {
    const problem = blockProblem(blocks[i]);
    if (problem !== undefined) return `${where}[${i}] ${problem}`;
  }
  return undefined;
}

/** What is wrong with one block, in words that follow its name. */
export function blockProblem(block: unknown): string | undefined {
  if (!isRecord(block)) return 'must be an object, such as { type, text }';
  const texts = TEXTS.get(block['type']);
  if (texts !== undefined) return missingText(block, texts);
  if (block['type'] !== 'resource') return `needs a 'type': ${TYPES}`;
  const problem = resourceProblem(block['resource']);
  return problem === undefined ? undefined : `has a 'resource' that ${problem}`;
}

/** What is wrong with the contents of a resource. */
export function resourceProblem(contents: unknown): string | undefined {
  if (!isRecord(contents)) return 'must be an object, such as { uri, text }';
  const { uri, text, blob } = contents;
  if (typeof uri !== 'string') return "needs 'uri', as text";
  if (text === undefined && blob === undefined) return "needs 'text' or 'blob'";
  const isText = (value: unknown): boolean => value === undefined || typeof value === 'string';
  if (!isText(text)) return "has a 'text' that is not text";
  return isText(blob) ? undefined : "has a 'blob' that is not text: it is base64";
}

/** Which of these texts is missing, in words that follow the name of `of`. */
export function missingText(of: UnknownRecord, names: readonly string[]): string | undefined {
  for (const name of names) {
    if (typeof of[name] !== 'string') return `needs '${name}', as ${wordFor(name)}`;
  }
  return undefined;
}

function wordFor(name: string): string {
  return name === 'data' ? 'base64 text' : 'text';
}
