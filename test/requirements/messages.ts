/** What every message has to be: EN is the envelope and the errors, VM the revision and `_meta`. */
import type { Requirements } from './requirement.ts';

export const ENVELOPE: Requirements = {
  'EN-1': {
    level: 'MUST',
    text: 'Messages are JSON-RPC 2.0 in UTF-8. An id is a string or an integer, never `null`, and differs from those of the other requests that the sender has open.',
    sources: ['basic', 'basic/transports'],
  },
  'EN-2': {
    level: 'MUST',
    text: "A result repeats the request's id and holds `result` with a `resultType`, `complete` for ordinary ones.",
    sources: ['basic'],
    scenarios: ['tasks-dispatch-and-envelope', 'input-required-result-result-type'],
  },
  'EN-3': {
    level: 'MUST',
    text: "An error repeats the request's id, unless that could not be read: then it has none. `code` is an integer, `message` a string.",
    sources: ['basic', 'schema'],
    scenarios: ['server-stateless'],
  },
  'EN-4': {
    level: 'MUST',
    text: 'A notification has no id and gets no response.',
    sources: ['basic'],
  },
  'EN-5': {
    level: 'MUST',
    inferred: true,
    text: '`-32700` is for what cannot be parsed, `-32600` for what is not a request, `-32603` for what went wrong inside.',
    sources: ['schema'],
  },
  'EN-6': {
    level: 'MUST',
    text: '`-32601` under HTTP 404 is for unknown methods, and for methods whose capability is not advertised.',
    sources: ['basic/transports/streamable-http', 'schema'],
    scenarios: ['server-stateless'],
  },
  'EN-7': {
    level: 'MUST',
    text: 'A request without `_meta`, protocol version or client capabilities is answered with `-32602` under HTTP 400.',
    sources: ['basic'],
    scenarios: ['server-stateless'],
  },
  'EN-8': {
    level: 'MUST',
    text: 'A header that is missing, malformed or differs from the body is answered with `-32020` (header mismatch) under HTTP 400.',
    sources: ['basic/transports/streamable-http'],
    scenarios: ['server-stateless', 'http-header-validation'],
  },
  'EN-9': {
    level: 'MUST',
    text: 'A missing client capability is answered with `-32021` under HTTP 400. `data.requiredCapabilities` is an object of capabilities, not a list.',
    sources: ['basic', 'schema'],
    scenarios: ['server-stateless'],
  },
  'EN-10': {
    level: 'MUST',
    text: 'A version the server does not serve is answered with `-32022` under HTTP 400. `data.supported` lists the versions it does serve, `data.requested` repeats the one it was asked for.',
    sources: ['basic/versioning', 'schema'],
    scenarios: ['server-stateless'],
  },
  'EN-11': {
    level: 'MUST',
    text: '`-32002`, `-32042` and undefined codes from `-32020` to `-32099` are never sent. Nothing new is defined from `-32000` to `-32019`.',
    sources: ['basic'],
  },
  'EN-12': {
    level: 'SHOULD',
    text: 'Own codes are chosen outside `-32768` to `-32000`. Receivers read no meaning into `-32000` to `-32019`, `-32002` apart.',
    sources: ['basic'],
  },
  'EN-13': {
    level: 'SHOULD',
    text: 'Every result says in its `_meta` who made it. Neither side goes by what the other says of itself: it is for display only.',
    sources: ['basic', 'server/discover'],
    scenarios: ['server-stateless'],
  },
  'EN-14': {
    level: 'MUST',
    text: 'Keys of `_meta` follow the grammar of prefix and name. Prefixes whose second label is `modelcontextprotocol` or `mcp` are reserved. `traceparent`, `tracestate` and `baggage` have the formats of the W3C.',
    sources: ['basic'],
    partly:
      'The keys of what a server registers are checked. `traceparent` and `tracestate` are read, and written by `mcp-rondo/otel`; `baggage` is neither.',
  },
};

export const VERSIONS: Requirements = {
  'VM-1': {
    level: 'MUST',
    text: 'The client puts its protocol version and its capabilities, which may be empty, into the `_meta` of every request.',
    sources: ['basic'],
    scenarios: ['request-metadata'],
  },
  'VM-2': {
    level: 'SHOULD',
    text: 'The client says who it is as well. The server also serves those who do not.',
    sources: ['basic'],
    scenarios: ['request-metadata', 'server-stateless'],
  },
  'VM-3': {
    level: 'MUST',
    text: 'Version, capabilities and identity are those of this request, never those of an earlier one or of the connection.',
    sources: ['basic'],
    scenarios: ['tasks-capability-negotiation'],
  },
  'VM-4': {
    level: 'MUST',
    text: 'A version the server does not serve is answered with `-32022`, and the request is not looked at further.',
    sources: ['basic/versioning'],
    scenarios: ['server-stateless'],
  },
  'VM-5': {
    level: 'SHOULD',
    text: "The client picks a version from the error's list and tries again, or tells the user.",
    sources: ['basic/versioning'],
    scenarios: ['request-metadata'],
  },
  'VM-6': {
    level: 'MUST',
    text: 'The server answers `server/discover` with its versions, capabilities, `ttlMs`, `cacheScope` and `resultType`; with instructions if it has any, and who it is in `_meta`. Clients need not ask.',
    sources: ['server/discover', 'schema'],
    scenarios: ['server-stateless'],
  },
  'VM-7': {
    level: 'MUST',
    text: 'What is advertised is what there is. A method whose capability is not advertised is `-32601`.',
    sources: ['schema', 'architecture'],
    scenarios: ['server-stateless'],
  },
  'VM-8': {
    level: 'MUST',
    text: "An extension's identifier is a `_meta` key with a prefix. If the other side lacks an extension, core behaviour or a fitting error takes its place.",
    sources: ['basic/versioning'],
    scenarios: ['tasks-required-task-error'],
  },
  'VM-9': {
    level: 'MUST',
    inferred: true,
    text: '`initialize`, `ping`, `logging/setLevel`, `resources/subscribe` and `resources/unsubscribe` are unknown methods in this revision. The error to `initialize` names the versions that are served.',
    sources: ['changelog', 'basic/versioning'],
    scenarios: ['server-stateless'],
  },
  'VM-10': {
    level: 'MUST',
    text: 'There are no sessions: what spans requests is named by an identifier in each of them. Requests of several conversations may be mixed.',
    sources: ['basic'],
  },
  'VM-11': {
    level: 'MAY',
    text: 'A server may serve both eras: a request with this `_meta` by this revision, `initialize` by an older one. A client that speaks both remembers which one a server is of.',
    sources: ['basic/versioning'],
  },
};
