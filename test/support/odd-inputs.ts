/** What hostile clients send, and odd ones, for tests that send all of it. */
import { LONG_HEADERS, LONG_URIS } from '../../src/base/test-support/long-texts.ts';

/** Values of every type, small and large, where anything else was expected. */
export const ODD_VALUES: readonly unknown[] = [
  null,
  0,
  -1,
  1e308,
  '',
  'x',
  '\ud800',
  'x'.repeat(100_000),
  true,
  [],
  [[]],
  [null],
  Array.from({ length: 10_000 }, () => ({})),
  {},
  { a: { toString: 1 } },
  { constructor: { prototype: {} } },
  Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}`, i])),
  { then: 1 },
  { toJSON: 'x' },
];

const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

/** Bodies that are no message, or one that no client of good will sends. */
export const ODD_BODIES: readonly string[] = [
  '',
  ' ',
  '{',
  '"',
  'NaN',
  '{"a":}',
  '[]',
  '[[]]',
  'null',
  '7',
  '"x"',
  '{}',
  '{"jsonrpc":"2.0"}',
  '{"jsonrpc":"1.0","id":1,"method":"tools/list"}',
  '{"jsonrpc":"2.0","id":1,"method":"tools/list"}{"jsonrpc":"2.0"}',
  '{"jsonrpc":"2.0","id":null,"method":"tools/list"}',
  '{"jsonrpc":"2.0","id":{},"method":"tools/list"}',
  '{"jsonrpc":"2.0","id":1e400,"method":"tools/list"}',
  '{"jsonrpc":"2.0","id":9007199254740993,"method":"tools/list"}',
  '{"jsonrpc":"2.0","id":1,"method":7}',
  '{"jsonrpc":"2.0","id":1,"method":"__proto__"}',
  '{"jsonrpc":"2.0","id":1,"method":"constructor","params":{}}',
  '{"jsonrpc":"2.0","id":1,"result":{}}',
  '{"jsonrpc":"2.0","id":1,"error":{}}',
  '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":{}}}',
  '{"jsonrpc":"2.0","method":"notifications/unheard-of"}',
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[]}',
  '{"__proto__":{"a":1},"jsonrpc":"2.0","id":1,"method":"tools/list"}',
  '\u0000',
  '\ufeff{}',
  deep(100),
  deep(10_000),
  deep(1_000_000),
  `{"a":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_001)}`,
  `[${'{},'.repeat(100_000)}{}]`,
  '1'.repeat(100_000),
  `1e${'9'.repeat(1_000)}`,
];

/** Values of headers: odd ones, and long ones. */
export const ODD_HEADERS: readonly string[] = [
  '',
  ' ',
  'a',
  ',',
  ';;;',
  '=?base64??=',
  '=?base64?/w==?=',
  '=?base64?A?=',
  '\u00ff\u0080',
  '*/*;q=x',
  'a:b:c',
  '[::1',
  '99999999999999999999',
  '-1',
  '__proto__',
  ...LONG_HEADERS.map(([, textOf]) => textOf(4_000)),
];

/** The headers that a server reads, and some that it must not. */
export const READ_HEADERS: readonly string[] = [
  'host',
  'origin',
  'accept',
  'authorization',
  'content-type',
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'connection',
  'expect',
  'upgrade',
  'mcp-method',
  'mcp-name',
  'mcp-protocol-version',
  'mcp-param-x',
  'mcp-session-id',
  'last-event-id',
  'access-control-request-method',
  'access-control-request-headers',
  'x-forwarded-host',
];

/** URIs that are none, are spelled to deceive, or are long. */
export const ODD_URIS: readonly string[] = [
  '',
  'x',
  ':',
  '//',
  'a:',
  'a://',
  'a://b/../c/d',
  'a://b/%2e%2e/c',
  'a://b/%zz/c',
  'a://b/\ud800/c',
  'a://b/\n/c',
  'a://h0/x',
  'a://h3/x',
  'file:///%C3%A9/x?q=1&q=2&r=%zz',
  String.raw`file:///é/a\b`,
  'http://[::1/x',
  'http://a:99999/x',
  'data:,x',
  'javascript:alert(1)',
  '__proto__',
  ...LONG_URIS.flatMap(([, piece]) =>
    ['a://b/', 'http://', 'file:///é/x?'].map((start) => start + piece.repeat(2_000)),
  ),
];

/** Answers to a question of any kind. */
export function oddAnswers(): unknown[] {
  const contents = ODD_VALUES.flatMap((value) => [
    value,
    { confirm: value },
    { text: value, mail: value, kinds: value },
  ]);
  return [
    ...ODD_VALUES,
    ...ODD_VALUES.map((action) => ({ action })),
    ...contents.map((content) => ({ action: 'accept', content })),
    ...ODD_VALUES.map((roots) => ({ roots })),
    ...ODD_VALUES.map((uri) => ({ roots: [{ uri }] })),
    ...ODD_VALUES.map((content) => ({ role: 'assistant', model: 'm', content })),
    ...ODD_VALUES.map((type) => ({ role: 'assistant', model: 'm', content: { type, text: type } })),
  ];
}

/** Texts that are nearly `state`. */
export function oddStates(state: string): unknown[] {
  const flipped = Array.from({ length: Math.ceil(state.length / 5) }, (_, i) => {
    const letter = state[i * 5] === 'A' ? 'B' : 'A';
    return state.slice(0, i * 5) + letter + state.slice(i * 5 + 1);
  });
  const cut = [1, 2, 8, 40].flatMap((n) => [state.slice(n), state.slice(0, -n), state.slice(0, n)]);
  const grown = ['A', '=', ' ', '\n', '\u0000', state].flatMap((more) => [
    state + more,
    more + state,
  ]);
  return [...flipped, ...cut, ...grown, ...ODD_VALUES, 'A'.repeat(32_768), '.'.repeat(100_000)];
}
