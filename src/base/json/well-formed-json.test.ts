import { describe, expect, it } from 'vitest';
import { writeJson } from './well-formed-json.ts';

const HALF = '\ud83d';

describe('JSON that leaves', () => {
  it('is as JSON.stringify writes it where all characters are whole', () => {
    const value = { a: ['🛠️', 'é', String.raw`\ud83d`], b: undefined, c: new Date(0) };
    expect(writeJson(value)).toBe(JSON.stringify(value));
  });

  it('has no halves of characters, in values and in names, however deep', () => {
    const value = { a: [{ text: `tool ${HALF}` }], [`k${HALF}`]: { toJSON: () => HALF } };
    expect(JSON.parse(writeJson(value))).toEqual({ a: [{ text: 'tool �' }], 'k�': '�' });
  });

  it("has what is echoed as it was, and an author's members of that name repaired", () => {
    const value = {
      params: { progressToken: HALF, message: HALF, data: { progressToken: HALF } },
      _meta: { 'io.modelcontextprotocol/subscriptionId': HALF },
    };
    expect(JSON.parse(writeJson(value))).toEqual({
      params: { progressToken: HALF, message: '�', data: { progressToken: '�' } },
      _meta: { 'io.modelcontextprotocol/subscriptionId': HALF },
    });
  });
});
