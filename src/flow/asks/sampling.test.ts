import { describe, expect, it } from 'vitest';
import type { CreateMessageParams } from '../../protocol/types/sampling.ts';
import { assertSampling } from './sampling.ts';

const check = (params: unknown) => (): void => assertSampling(params as CreateMessageParams);

const text = { type: 'text', text: 'Hi' };
const said = (content: unknown, role: unknown = 'user'): unknown => ({
  messages: [{ role, content }],
  maxTokens: 1,
});

describe('SA-4 a conversation is sampled', () => {
  const used = { type: 'tool_use', id: 'a', name: 'look', input: {} };
  const result = { type: 'tool_result', toolUseId: 'a', content: [text] };
  it.each<[string, unknown]>([
    ['of one block', said(text)],
    ['of several blocks', said([text, text])],
    ['of the model', said(text, 'assistant')],
    ['of nobody', { messages: [], maxTokens: 1 }],
    [
      'with the use of a tool and its result',
      {
        messages: [
          { role: 'assistant', content: used },
          { role: 'user', content: [result] },
        ],
        maxTokens: 100,
      },
    ],
  ])('%s', (_name, params) => {
    expect(check(params)).not.toThrow();
  });
});

describe('SA-4 a conversation is refused', () => {
  const noParams = 'it has no { messages, maxTokens }; is the key missing?';
  const noMessage = 'a message needs a role, user or assistant, and content';
  const noLimit = 'maxTokens is not a whole number above 0';
  it.each<[string, unknown, string]>([
    ['that is none', 'Hi', noParams],
    ['that is nothing', undefined, noParams],
    ['that is a list', [], noParams],
    ['without messages', { maxTokens: 1 }, 'it has no messages'],
    ['with one message and no list', { messages: {}, maxTokens: 1 }, 'it has no messages'],
    ['with a text as a message', { messages: ['Hi'], maxTokens: 1 }, noMessage],
    ['with nothing as a message', { messages: [null], maxTokens: 1 }, noMessage],
    ['of somebody else', said(text, 'system'), noMessage],
    ['of nobody', said(text, null), noMessage],
    ['without content', said(undefined), noMessage],
    ['with a text as content', said('Hi'), "messages[0] has a 'content' that "],
    ['with nothing as content', said(null), "messages[0] has a 'content' that "],
    ['with a text among its blocks', said([text, 'Hi']), "messages[0] has a 'content' that "],
    ['with a block without text', said({ type: 'text' }), "messages[0] has a 'content' that "],
    [
      'with a use of a tool without input',
      said({ type: 'tool_use', id: 'a', name: 'look' }, 'assistant'),
      "needs 'input', as an object",
    ],
    [
      'with a use of a tool without a name',
      said({ type: 'tool_use', id: 'a', input: {} }, 'assistant'),
      "'name'",
    ],
    [
      'with a use of a tool without an id',
      said({ type: 'tool_use', name: 'look', input: {} }, 'assistant'),
      "'id'",
    ],
    [
      "with a tool's result that is no list",
      said({ type: 'tool_result', toolUseId: 'a', content: text }),
      "needs 'content', as a list of blocks",
    ],
    [
      "with a tool's result for no use",
      said({ type: 'tool_result', content: [text] }),
      "'toolUseId'",
    ],
    [
      "with a tool's result of a text",
      said({ type: 'tool_result', toolUseId: 'a', content: ['Hi'] }),
      "messages[0] has a 'content' that ",
    ],
    ['without a limit', { messages: [], maxTokens: undefined }, noLimit],
    ['with a limit of 0', { messages: [], maxTokens: 0 }, noLimit],
    ['with a limit below 0', { messages: [], maxTokens: -1 }, noLimit],
    ['with half a token', { messages: [], maxTokens: 1.5 }, noLimit],
    ['with a limit in words', { messages: [], maxTokens: '100' }, noLimit],
  ])('%s', (_name, params, problem) => {
    expect(check(params)).toThrow(problem);
  });

  it('with a use of a tool that has no result', () => {
    const used = { type: 'tool_use', id: 'a', name: 'look', input: {} };
    expect(check(said(used, 'assistant'))).toThrow('has no result in the next message');
  });
});
