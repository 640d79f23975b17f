/** T: where the specification is silent, contradicts itself or surprises, and what we do there. */
import type { Requirements } from './requirement.ts';

const MRTR = 'basic/patterns/mrtr';
const HTTP = 'basic/transports/streamable-http';

export const NOTES: Requirements = {
  T1: {
    level: 'note',
    text: 'Every attempt has a new id: the next round, another version, what was lost with a stream. Attempts are independent, so each brings its own progress token and log level.',
    sources: [MRTR, 'changelog'],
  },
  T2: {
    level: 'note',
    text: 'Only the newest result decides about `requestState`: if it has none, none is sent, although an earlier one had. The empty string is a state.',
    sources: [MRTR],
  },
  T3: {
    level: 'note',
    text: 'Answers without a state are legal, even on a first call, and so is a state without answers. Answers without a state prove nothing about what was shown.',
    sources: [MRTR],
  },
  T4: {
    level: 'note',
    text: 'Clients answer only what the newest result asks. The server gets earlier answers back only if it has sealed them into the state.',
    sources: [MRTR],
  },
  T5: {
    level: 'note',
    text: 'A handler runs from the top in every round, so effects belong in steps. A signed state that expires can still be sent twice.',
    sources: [MRTR],
  },
  T6: {
    level: 'note',
    text: 'A bad state is an error, a missing answer is asked for again. No code is given for a bad state: it is `-32602` with the same `data` for every cause. The client reports it and starts nothing anew.',
    sources: [MRTR],
  },
  T7: {
    level: 'note',
    text: 'Lenient decoders of base64 skip what is wrong. Only the one canonical text of some bytes is accepted.',
    sources: [MRTR, HTTP],
  },
  T8: {
    level: 'note',
    text: 'Questions and answers are bare on both sides, whatever an example of the schema shows. An answer cannot be an error: the client declines or cancels a form, and otherwise stops.',
    sources: ['schema'],
  },
  T9: {
    level: 'note',
    text: 'The JSON schema allows results with neither questions nor state. The server never sends one, and the client takes it for invalid.',
    sources: ['schema'],
  },
  T10: {
    level: 'note',
    text: 'The HTTP status is laid down for few errors (202, 400 for `-32020` to `-32022` and a missing `_meta`, 401, 403, 404 for `-32601`, 405). All others are sent under 200. The client reads errors under any status.',
    sources: [HTTP],
  },
  T11: {
    level: 'note',
    text: 'An unknown tool is `-32602`: `-32601` is for methods.',
    sources: ['server/tools'],
  },
  T12: {
    level: 'note',
    text: 'Pages and schema differ about bad arguments of tools. Values that do not fit are a result with `isError`, a request that is not a call is `-32602`.',
    sources: ['server/tools', 'schema'],
  },
  T13: {
    level: 'note',
    text: 'The order of checks is: version header present, `_meta` complete, version header equal to the body, version served, other headers, method, capability, parameters. So an unknown version that is the same in header and body is `-32022`, and one that differs `-32020`.',
    sources: [HTTP, 'basic/versioning'],
  },
  T14: {
    level: 'note',
    text: '`initialize` with the `_meta` of this revision is an unknown method, and without headers it fails as any request does; either way the error names the versions that are served. A server of both eras has to go by `_meta`.',
    sources: ['basic/versioning'],
  },
  T15: {
    level: 'note',
    text: 'JSON-RPC has an id of `null` in errors to what could not be read; this revision has no id in them.',
    sources: ['basic', 'schema'],
  },
  T16: {
    level: 'note',
    text: '`-32021` goes with HTTP 400, which a stream that has begun cannot have any more; then it travels in the stream. It is the last resort, for work that nothing the client has declared would help.',
    sources: ['basic', HTTP],
  },
  T17: {
    level: 'note',
    text: 'Some examples of the Tasks extension have the wrong `resultType`, or a `task` around the task. The text is right.',
    sources: ['tasks'],
  },
  T18: {
    level: 'note',
    text: 'The filter for tasks is `taskIds`. An id of a task may be a bearer token by one sentence and may not by another: the caller is always checked.',
    sources: ['tasks'],
  },
  T19: {
    level: 'note',
    text: 'Capabilities are those of each request, `tasks/*` included. Which request decides what a task may ask is left open: the one that created it.',
    sources: ['tasks'],
  },
  T20: {
    level: 'note',
    text: '`tasks/update` may take effect later, but takes effect at once. The result inside a task has a `resultType`.',
    sources: ['tasks'],
  },
  T21: {
    level: 'note',
    text: 'The suite checks a created task as if it were the result of a tool, and runs scenarios of tasks only when forced to.',
    sources: ['tasks'],
  },
  T22: {
    level: 'note',
    text: 'Numbers in an answer may have fractions, although the JSON schema says integer.',
    sources: ['schema'],
  },
  T23: {
    level: 'note',
    text: 'Pages differ about how a server ends a listen stream. Over stdio it sends `notifications/cancelled`, then the result; over HTTP the result, then it closes. The client takes either, both or neither.',
    sources: ['basic/patterns/cancellation', 'basic/patterns/subscriptions'],
  },
  T24: {
    level: 'note',
    text: 'A subscription has the id of its request in the same JSON type: 1 is not "1", and 0 is an id.',
    sources: ['basic/patterns/subscriptions'],
  },
  T25: {
    level: 'note',
    text: 'Others still send who they are, sessions and members of older revisions. Unknown members are ignored.',
    sources: ['basic'],
  },
  T26: {
    level: 'note',
    text: 'A server may refuse a version and list that very version. The client tries once more, then stops.',
    sources: ['basic/versioning'],
  },
  T27: {
    level: 'note',
    text: 'Nothing is said about headers of a notification that is posted: none is demanded. `notifications/cancelled` means nothing over HTTP: 202, and it is dropped.',
    sources: [HTTP],
  },
  T28: {
    level: 'note',
    text: 'A resource that was read after questions has cache hints like any other, although no client may keep it: they say 0.',
    sources: ['server/utilities/caching'],
  },
  T29: {
    level: 'note',
    text: 'A state is bound to issuer and subject, not to the token, which changes while people think; and to name, URI and arguments, not to `_meta` or the answers. Instances share keys, which are rotated with an overlap.',
    sources: [MRTR],
  },
  T30: {
    level: 'note',
    text: 'An `x-mcp-header` may stand on a nested property, at the end of any chain of `properties`, whatever its proposal says. The type `number` never may have one.',
    sources: [HTTP, 'SEP-2243'],
  },
  T31: {
    level: 'note',
    text: 'A client that goes away cancels its request, never a task. Accepting a URL is consent, not completion.',
    sources: ['tasks', 'client/elicitation'],
  },
  T32: {
    level: 'note',
    text: 'The suite brings tools of its own that a server and a client have to have; some change a list when they are called, for everybody.',
    sources: [],
  },
};
