/** Functions of ours in the slots of others, or not called: an error at the start. */
import { expect, it } from 'vitest';
import { McpServer } from 'mcp-rondo';
import { bearer, introspection, jwt } from 'mcp-rondo/auth';
import { otel } from 'mcp-rondo/otel';
import { silent } from '../support/logger.ts';

const options = { resource: 'https://mcp.example.com/mcp', issuer: 'https://auth.example.com' };
const verifier = (): never => {
  throw new Error('never called');
};

const bearerOf = (verify: unknown) => bearer({ ...options, verify: verify as never });
const serverOf = (http: object, more: object = {}): McpServer =>
  new McpServer({ name: 's', version: '1' }, { logger: silent, http, ...more } as never);

it.each<[string, () => unknown, string]>([
  ['verify: jwt', () => bearerOf(jwt), 'write jwt()'],
  ['verify: introspection', () => bearerOf(introspection), 'write introspection({ client })'],
  ['verify: bearer', () => bearerOf(bearer), 'write bearer({'],
  ['verify: bearer(…)', () => bearerOf(bearerOf(verifier)), "belongs under 'http.authenticate'"],
  ['authenticate: bearer', () => serverOf({ authenticate: bearer }), 'write bearer({'],
  ['authenticate: jwt', () => serverOf({ authenticate: jwt }), 'write jwt()'],
  [
    'authenticate: jwt()',
    () => serverOf({ authenticate: jwt() }),
    "belongs under 'verify' of bearer",
  ],
  [
    'authenticate: introspection(…)',
    () =>
      serverOf({ authenticate: introspection({ client: { client_id: 'a', client_secret: 'b' } }) }),
    "belongs under 'verify' of bearer",
  ],
  ['on: otel', () => serverOf({}, { on: otel }), 'write otel()'],
  ['on: [otel]', () => serverOf({}, { on: [otel(), otel] }), 'write otel()'],
  ['on: 7', () => serverOf({}, { on: 7 }), 'must be a function or an array of functions'],
])('%s is an error that says what to write', (_what, start, words) => {
  expect(start).toThrow(words);
});

it('what is made for an option is taken there', () => {
  for (const verify of [jwt(), verifier]) {
    serverOf({ authenticate: bearerOf(verify) }, { on: [otel(), () => {}] });
  }
});
