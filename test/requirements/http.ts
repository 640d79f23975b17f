/** Streamable HTTP: HS is what the server has to do, HC what the client has to do. */
import type { Requirements } from './requirement.ts';

const HTTP = 'basic/transports/streamable-http';

export const HTTP_SERVER: Requirements = {
  'HS-1': {
    level: 'MUST',
    text: 'There is one endpoint, which takes POST. GET and DELETE are answered with 405.',
    sources: [HTTP],
  },
  'HS-2': {
    level: 'MUST',
    text: '`Origin` is checked: one that is present and not allowed is answered with 403. The body may be an error without an id.',
    sources: [HTTP],
    scenarios: ['dns-rebinding-protection'],
  },
  'HS-3': {
    level: 'SHOULD',
    text: 'A local server binds to 127.0.0.1 only. Connections are authenticated.',
    sources: [HTTP],
  },
  'HS-4': {
    level: 'MUST',
    text: 'A body is one request or one notification. Lists and responses are refused.',
    sources: [HTTP],
  },
  'HS-5': {
    level: 'MUST',
    text: 'A notification that is accepted is answered with 202 and no body; one that is not, with a status of the 400s.',
    sources: [HTTP],
  },
  'HS-6': {
    level: 'MUST',
    text: 'A request is answered with one JSON object or with an event stream.',
    sources: [HTTP],
    scenarios: ['server-sse-multiple-streams'],
  },
  'HS-7': {
    level: 'MUST',
    text: 'A request without `MCP-Protocol-Version`, `Mcp-Method` or, where it is due, `Mcp-Name` is answered with `-32020` under HTTP 400.',
    sources: [HTTP],
    scenarios: ['http-header-validation'],
  },
  'HS-8': {
    level: 'MUST',
    text: 'So is one whose version, method or name differs between header and body.',
    sources: [HTTP],
    scenarios: ['server-stateless', 'http-header-validation', 'tasks-request-headers'],
  },
  'HS-9': {
    level: 'MUST',
    text: 'Names of headers are compared without regard to case, values with regard to it. Whitespace around a value does not count.',
    sources: [HTTP],
    scenarios: ['http-header-validation'],
  },
  'HS-10': {
    level: 'MUST',
    text: '`=?base64?…?=` in `Mcp-Name` and `Mcp-Param-*` is decoded before it is compared. Wrong padding or a wrong alphabet is `-32020`. Without both markers, exactly as written, a value stands for itself.',
    sources: [HTTP, 'SEP-2243'],
    scenarios: ['http-custom-header-server-validation'],
  },
  'HS-11': {
    level: 'MUST',
    text: 'An argument annotated with `x-mcp-header` has its `Mcp-Param-*` header, and the same value in both, or the answer is `-32020`. No header is expected for null or an absent argument. Integers are compared as numbers, and are in the safe range of JavaScript.',
    sources: [HTTP],
    scenarios: ['http-custom-header-server-validation'],
  },
  'HS-12': {
    level: 'MUST',
    text: "A request's event stream carries notifications about that request, then its response, which ends it. It carries no requests.",
    sources: [HTTP],
    scenarios: ['server-stateless'],
  },
  'HS-13': {
    level: 'SHOULD',
    text: 'An event stream has the header `X-Accel-Buffering: no`, and a long one a comment line from time to time.',
    sources: [HTTP],
  },
  'HS-14': {
    level: 'MUST',
    text: 'A client that closes the stream cancels its request: work stops soon, and nothing more is sent for it.',
    sources: [HTTP, 'basic/patterns/cancellation'],
  },
  'HS-15': {
    level: 'SHOULD',
    text: '`Mcp-Session-Id` and `Last-Event-ID` are ignored. No session ids are given out, and no event ids to resume from.',
    sources: [HTTP],
  },
  'HS-16': {
    level: 'MUST',
    inferred: true,
    text: 'Requests that come at the same time are served independently.',
    sources: [HTTP],
    scenarios: ['server-sse-multiple-streams'],
  },
  'HS-17': {
    level: 'MAY',
    text: 'Only a server that serves clients from before 2025-06-18 may take a request without a version header for one of 2025-03-26. All others refuse it.',
    sources: [HTTP],
  },
};

export const HTTP_CLIENT: Requirements = {
  'HC-1': {
    level: 'MUST',
    text: 'Each message is a POST of its own. The client never posts a response.',
    sources: [HTTP],
  },
  'HC-2': {
    level: 'MUST',
    text: '`Accept` lists JSON and event streams; the client reads either, and skips comment lines.',
    sources: [HTTP],
  },
  'HC-3': {
    level: 'MUST',
    text: '`MCP-Protocol-Version` is on every POST, and says what `_meta` says.',
    sources: [HTTP],
    scenarios: ['request-metadata'],
  },
  'HC-4': {
    level: 'MUST',
    text: '`Mcp-Method` is the method. `Mcp-Name` is the name of the tool or prompt, the URI of the resource, or the id of the task.',
    sources: [HTTP, 'tasks'],
    scenarios: ['http-standard-headers'],
  },
  'HC-5': {
    level: 'MUST',
    text: 'A value that a header cannot hold (not ASCII, control characters, whitespace at an end, something that looks encoded) is sent as `=?base64?…?=`.',
    sources: [HTTP],
    scenarios: ['http-custom-headers'],
  },
  'HC-6': {
    level: 'MUST',
    text: 'Every annotated argument is repeated in its `Mcp-Param-*` header: strings as they are, integers in decimal, booleans as `true` or `false`, the empty string as an empty value. Null and absent ones have no header.',
    sources: [HTTP],
    scenarios: ['http-custom-headers'],
  },
  'HC-7': {
    level: 'MUST',
    text: 'A tool is left out of the list if an `x-mcp-header` of it is empty, not a token, given twice, on another type than integer, string and boolean, or not reachable through `properties` alone. The others stay, and the log says why.',
    sources: [HTTP, 'server/tools'],
    scenarios: ['http-invalid-tool-headers'],
  },
  'HC-8': {
    level: 'SHOULD',
    text: 'If the server misses an `Mcp-Param-*` header, the client lists the tools again and sends the call again.',
    sources: [HTTP],
  },
  'HC-9': {
    level: 'MUST',
    text: 'What was lost with a broken stream is sent again under a new id, without `Last-Event-ID`.',
    sources: ['changelog'],
  },
  'HC-10': {
    level: 'MUST',
    inferred: true,
    text: 'The client cancels by closing the stream; it does not post `notifications/cancelled`.',
    sources: [HTTP, 'basic/patterns/cancellation'],
  },
  'HC-11': {
    level: 'SHOULD',
    text: 'On HTTP 400 the client reads the body first: an error of this revision is to be mended and tried again; anything else may be a server of an older one.',
    sources: [HTTP, 'basic/versioning'],
    scenarios: ['request-metadata'],
  },
};
