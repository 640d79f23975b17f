/** Turns what a tool returns into its result (TO-6 to TO-8). */
import type { ContentBlock } from '../../protocol/types/content.ts';
import { isRecord } from '../../base/json/json.ts';
import { contentProblem } from '../../protocol/content-problem.ts';
import type { CallToolResult, InputRequiredResult } from '../../protocol/results.ts';
import type { Schema } from '../../schema/author-schema.ts';
import type { Checked } from '../../schema/json/checked.ts';
import { checkSent } from '../../schema/sent.ts';
import type { AuthorSchema, InferSent } from '../../schema/standard.ts';

/**
 * A text, content blocks, a full result, or the structured value of a tool with an output schema.
 */
// Asks for `undefined` first: in projects that are not strict, it extends a schema too.
export type ToolOutput<Out extends AuthorSchema | undefined = undefined> =
  | string
  | ContentBlock[]
  | CallToolResult
  | InputRequiredResult
  | (Out extends undefined ? void : InferSent<Out> | StructuredResult<InferSent<Out>>);

/** A full result with a typed `structuredContent`. */
export interface StructuredResult<T> {
  readonly structuredContent: T;
  readonly content?: ContentBlock[];
  readonly isError?: boolean;
}

/**
 * The result for a failure inside the tool. It is not a JSON-RPC error: the model sees it (TO-6).
 */
export function toolFailure(message: string): CallToolResult {
  return { content: [{ type: 'text', text: message }], isError: true };
}

/** @throws TypeError for a value that is not a result; the message is for the log */
export function toToolResult(
  value: unknown,
  output: Schema | undefined,
): CallToolResult | Promise<CallToolResult> {
  return output === undefined ? plainResult(value) : structuredResult(value, output);
}

function plainResult(value: unknown): CallToolResult {
  if (typeof value === 'string') return { content: [{ type: 'text', text: value }] };
  if (value === undefined) return { content: [] };
  if (Array.isArray(value)) return { content: checkedContent(value) };
  if (isRecord(value) && 'structuredContent' in value && value['content'] === undefined) {
    return { ...value, content: asText(value['structuredContent']) };
  }
  if (isRecord(value) && Array.isArray(value['content'])) {
    return { ...value, content: checkedContent(value['content']) };
  }
  throw new TypeError(
    `the tool returned ${kindOf(value)}: return a string or { content }, or give the tool an outputSchema`,
  );
}

/**
 * An object with `structuredContent`, or with `isError: true` and content, is a full result.
 * Anything else is the structured value.
 */
function structuredResult(
  value: unknown,
  output: Schema,
): CallToolResult | Promise<CallToolResult> {
  if (isRecord(value) && value['isError'] === true && Array.isArray(value['content'])) {
    return plainResult(value);
  }
  const isFull = isRecord(value) && 'structuredContent' in value;
  const full = isFull ? value : {};
  const checked = checkSent(output, isFull ? value['structuredContent'] : value);
  const finish = (settled: Checked): CallToolResult => {
    if (!settled.ok) {
      if (settled.bug !== undefined) throw settled.bug;
      throw new TypeError(
        `the tool returned what does not fit its outputSchema: ${settled.problems.join('; ')}`,
      );
    }
    const content = full['content'] ?? asText(settled.value);
    return { ...full, content: checkedContent(content), structuredContent: settled.value };
  };
  return checked instanceof Promise ? checked.then(finish) : finish(checked);
}

function asText(value: unknown): ContentBlock[] {
  return [{ type: 'text', text: JSON.stringify(value) ?? 'null' }];
}

function checkedContent(content: unknown): ContentBlock[] {
  if (!Array.isArray(content)) {
    throw new TypeError('content must be an array of content blocks, such as { type, text }');
  }
  const problem = contentProblem('content', content);
  if (problem !== undefined) throw new TypeError(problem);
  return content as ContentBlock[];
}

/** For the log, without the value. */
function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return typeof value === 'object' ? 'an object without content' : `a ${typeof value}`;
}
