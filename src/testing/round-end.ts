/** How a round ended, and a description of it for failure messages. */
import type { FlowSnapshot } from '../client/flows/snapshot.ts';
import type { UnknownRecord } from '../base/json/json.ts';
import type { RpcError } from '../protocol/rpc-error.ts';
import { type Question, questionOf, describeQuestion } from './question.ts';
import { quoted } from './quoted.ts';
import { textOf } from './result-text.ts';

export type RoundEnd =
  | { readonly type: 'asked'; readonly questions: readonly Question[] }
  /** State and no question. */
  | { readonly type: 'checkpoint' }
  | { readonly type: 'completed'; readonly result: UnknownRecord }
  | { readonly type: 'failed'; readonly error: RpcError };

export function roundEnd(flow: FlowSnapshot, error: RpcError | undefined): RoundEnd {
  if (error !== undefined) return { type: 'failed', error };
  if (flow.result !== undefined) return { type: 'completed', result: flow.result };
  const questions = Object.entries(flow.questions).map(([key, asked]) => questionOf(key, asked));
  return questions.length > 0 ? { type: 'asked', questions } : { type: 'checkpoint' };
}

/** The end of a round in words that follow "the round". */
export function describeEnd(end: RoundEnd): string {
  switch (end.type) {
    case 'asked':
      return `asked ${end.questions.map(describeQuestion).join(' and ')}`;
    case 'checkpoint':
      return 'ended in a checkpoint';
    case 'completed':
      return `completed with ${describeResult(end.result)}`;
    case 'failed':
      return `ended in error ${end.error.code}, ${quoted(end.error.message)}`;
  }
}

function describeResult(result: UnknownRecord): string {
  const { _meta: _, ...bare } = result;
  const text = quoted(textOf(result) || JSON.stringify(bare));
  return result['isError'] === true ? `the error ${text}` : text;
}
