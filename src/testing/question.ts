import type { FormSchema } from '../protocol/types/elicitation.ts';
import type { InputRequest } from '../protocol/results.ts';
import type { SamplingMessage } from '../protocol/types/sampling.ts';
import { oneOf } from '../base/options/option-checks.ts';
import { type OptionSet, readOptions } from '../base/options/options.ts';
import { quoted } from './quoted.ts';

/** One question of a round. */
export interface Question {
  readonly key: string;
  readonly kind: 'form' | 'url' | 'sample' | 'roots';
  /** The message for the user; for sampling, the text of the newest message to the model. */
  readonly message: string;
  /** The schema of a form. */
  readonly schema: FormSchema | undefined;
  /** The URL of a URL question. */
  readonly url: string | undefined;
  /** The question as it was sent. */
  readonly request: InputRequest;
}

/** What a question must be like. A string must be equal, a pattern must be found in it. */
export interface ExpectedQuestion {
  readonly kind?: Question['kind'];
  readonly message?: string | RegExp;
  readonly url?: string | RegExp;
}

export function questionOf(key: string, request: InputRequest): Question {
  const none = { key, request, message: '', schema: undefined, url: undefined };
  switch (request.method) {
    case 'elicitation/create': {
      const { params } = request;
      if (params.mode === 'url') return { ...none, ...params, kind: 'url' };
      return { ...none, kind: 'form', message: params.message, schema: params.requestedSchema };
    }
    case 'sampling/createMessage':
      return { ...none, kind: 'sample', message: textOfMessage(request.params.messages.at(-1)) };
    case 'roots/list':
      return { ...none, kind: 'roots' };
  }
}

const MEMBERS = ['kind', 'message', 'url'] as const;

const EXPECTED: OptionSet<ExpectedQuestion> = {
  of: 'expectAsk()',
  table: {
    kind: oneOf('form', 'url', 'sample', 'roots'),
    message: aPattern,
    url: aPattern,
  },
};

/** @throws RondoError `invalid_options` for an expectation that would be overlooked */
export function readExpected(expected: ExpectedQuestion): ExpectedQuestion {
  return readOptions(EXPECTED, expected);
}

function aPattern(value: unknown): string | undefined {
  const is = typeof value === 'string' || value instanceof RegExp;
  return is ? undefined : 'must be text or a RegExp';
}

export function isAsExpected(question: Question, expected: ExpectedQuestion): boolean {
  return MEMBERS.every((member) => fits(question[member] ?? '', expected[member]));
}

/** What was expected, for failure messages. */
export function describeExpected(key: string, expected: ExpectedQuestion): string {
  const wanted = MEMBERS.filter((member) => expected[member] !== undefined);
  const wishes = wanted.map((member) => `${member} ${describePattern(expected[member]!)}`);
  return `the question '${key}'${wishes.length > 0 ? ` with ${wishes.join(' and ')}` : ''}`;
}

/** A question that was asked, for failure messages. */
export function describeQuestion({ key, kind, message, url }: Question): string {
  const parts = [kind, ...(message === '' ? [] : [quoted(message)]), ...(url ? [url] : [])];
  return `'${key}' (${parts.join(', ')})`;
}

/** Whether a text equals the expected string, or contains the pattern. */
export function fits(text: string, expected: string | RegExp | undefined): boolean {
  if (expected === undefined) return true;
  // Not test(): with the flag g it continues where its last search ended.
  return typeof expected === 'string' ? text === expected : text.search(expected) >= 0;
}

export function describePattern(expected: string | RegExp): string {
  return typeof expected === 'string' ? quoted(expected) : String(expected);
}

function textOfMessage(message: SamplingMessage | undefined): string {
  const blocks = [message?.content ?? []].flat();
  return blocks.map((block) => (block.type === 'text' ? block.text : '')).join('\n');
}
