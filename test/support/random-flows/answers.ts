/** Answers that depend on nothing but the question, its key and how often it has been asked. */
import type { UnknownRecord } from '../../../src/base/json/json.ts';
import type { OpenAsk } from '../../../src/flow/asks/ask.ts';
import { hash } from './chance.ts';

/** The answer to one sending of a question; some are wrong. */
export function answerTo(seed: number, ask: OpenAsk): unknown {
  if (ask.request === undefined) return null;
  const roll = hash(`${seed}/${ask.key}/${ask.sendings}`) % 10;
  if (roll === 3) return { action: 'accept', content: { confirm: 'maybe' } };
  return reply(ask, roll);
}

/** An answer that fits. It repeats what it is an answer to. */
export function reply(ask: OpenAsk, roll: number): unknown {
  const params = ask.request!.params as UnknownRecord;
  if (ask.kind === 'sample') {
    const text = `${roll} in ${String(params['maxTokens'])} tokens`;
    return { role: 'assistant', content: { type: 'text', text }, model: 'm' };
  }
  if (roll === 4) return { action: 'decline' };
  if (roll === 5) return { action: 'cancel' };
  const word = shownBy(params);
  return { action: 'accept', content: { confirm: roll % 2 === 0, word, extra: 'dropped' } };
}

/** What distinguishes one form from another: its message and its fields. */
export function shown(message: string, fields: readonly string[]): string {
  return `${message} ${fields.join(' ')}`;
}

function shownBy(params: UnknownRecord): string {
  const { message, requestedSchema } = params as {
    message: string;
    requestedSchema: { properties: UnknownRecord };
  };
  // What was wrong with the last answer stands in front of the message.
  return shown(message.split('\n').at(-1)!, Object.keys(requestedSchema.properties));
}
