import { describe, expect, it } from 'vitest';
import { testFlow } from '../test-support/host.ts';
import { confirmAsk } from './confirm.ts';
import { formAsk } from './form.ts';
import { urlAsk } from './url.ts';

const flow = testFlow();
const schema = { type: 'object', properties: { a: { type: 'string' } } };
const url = 'https://example.com';

const ASKS: Record<string, (message: never) => unknown> = {
  'confirm()': (message) => confirmAsk(flow, 'k', message),
  'elicit()': (message) => formAsk(flow, 'k', { message, schema }),
  'elicitUrl()': (message) => urlAsk(flow, 'k', { message, url }),
};

describe.each(Object.keys(ASKS))('the message of %s', (call) => {
  it.each([undefined, null, 7, { message: 'Go?' }, ['Go?']])(
    'is refused if it is %j',
    (message) => {
      expect(() => ASKS[call]!(message as never)).toThrow(
        expect.objectContaining({ code: expect.stringMatching(/^invalid_(elicitation|options)$/) }),
      );
    },
  );

  it('may be any text', () => {
    expect(() => ASKS[call]!('' as never)).not.toThrow();
  });
});

it('confirm() without a key says what is missing', () => {
  expect(() => confirmAsk(flow, 'Go?', undefined as never)).toThrow(
    'The message of confirm(key, message) is not a string. Is an argument missing, such as the key?',
  );
});
