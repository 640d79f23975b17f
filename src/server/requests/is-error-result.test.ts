import { describe, expect, it } from 'vitest';
import { isErrorResult } from './is-error-result.ts';

const failed = { content: [], isError: true };

describe('the result of a tool that has failed', () => {
  it.each<[string, object, boolean]>([
    ['says so', failed, true],
    ['says so among other members', { a: 1, ...failed, b: 2 }, true],
    ['is not one that says the opposite', { content: [], isError: false }, false],
    ['is not one that says nothing', { content: [] }, false],
    ['is not one whose text says so', { content: [{ text: '"isError":true' }] }, false],
    ['is not one that says so of something in it', { structuredContent: failed }, false],
  ])('%s', (_name, result, expected) => {
    expect(isErrorResult(JSON.stringify(result), 'result')).toBe(expected);
    const response = { jsonrpc: '2.0', id: 1, result };
    expect(isErrorResult(JSON.stringify(response), 'response')).toBe(expected);
  });

  it('is not looked for in a response that is an error', () => {
    const response = { jsonrpc: '2.0', id: 1, error: { code: 1, message: '', data: failed } };
    expect(isErrorResult(JSON.stringify(response), 'response')).toBe(false);
    expect(isErrorResult(JSON.stringify({ result: failed }), 'result')).toBe(false);
  });
});
