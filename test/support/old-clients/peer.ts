/** An official client that speaks an earlier revision, with a user who answers what it is asked. */
import type { UnknownRecord } from '../../../src/base/json/json.ts';

/** What the user says; it is called with the params of the question, and may throw. */
export interface Answers {
  form?(params: UnknownRecord): UnknownRecord | Promise<UnknownRecord>;
  sample?(params: UnknownRecord): UnknownRecord;
  roots?(): UnknownRecord;
}

export interface CallOptions {
  readonly onprogress?: (progress: { progress: number }) => void;
  readonly signal?: AbortSignal;
  /** In ms. */
  readonly timeout?: number;
  readonly resetTimeoutOnProgress?: boolean;
}

export interface CallResult {
  readonly content: readonly { readonly type: string; readonly text?: string }[];
  readonly structuredContent?: unknown;
  readonly isError?: boolean;
}

/** What is the same in the official clients of all versions. */
export interface OldPeer {
  /** The revision that was agreed on. */
  readonly revision: string | undefined;
  /** What was notified, in order. */
  readonly notifications: { readonly method: string; readonly params?: UnknownRecord }[];
  /** The params of the questions, in order. */
  readonly asked: UnknownRecord[];
  answers: Answers;
  callTool(name: string, args?: UnknownRecord, options?: CallOptions): Promise<CallResult>;
  listTools(): Promise<readonly { readonly name: string }[]>;
  listResources(): Promise<readonly { readonly uri: string }[]>;
  listPrompts(): Promise<readonly { readonly name: string }[]>;
  readResource(uri: string): Promise<UnknownRecord>;
  getPrompt(name: string, args?: Record<string, string>): Promise<UnknownRecord>;
  subscribe(uri: string): Promise<unknown>;
  setLevel(level: 'debug' | 'error'): Promise<unknown>;
  ping(): Promise<unknown>;
  close(): Promise<void>;
}

/** The text that a tool ends with. */
export async function textOf(call: Promise<CallResult>): Promise<string> {
  const { content } = await call;
  return content.map(({ type, text }) => text ?? type).join('\n');
}

export const INFO = { name: 'official-client', version: '1.0.0' };

export function answered<T>(answer: T | undefined): T {
  if (answer === undefined) throw new Error('nobody expected this question');
  return answer;
}
