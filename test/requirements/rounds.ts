/** Multi round-trip requests: MS is what the server has to do, MC what the client has to do. */
import type { Requirements } from './requirement.ts';

const MRTR = 'basic/patterns/mrtr';

export const SERVER_ROUNDS: Requirements = {
  'MS-1': {
    level: 'MUST',
    text: 'The server asks the client (for input of the user, a model or the roots) only inside an `InputRequiredResult`. It never sends a JSON-RPC request.',
    sources: [MRTR, 'basic/patterns'],
    scenarios: ['server-stateless'],
  },
  'MS-2': {
    level: 'MUST',
    text: 'Only `tools/call`, `prompts/get` and `resources/read` may be answered with `input_required`; no other method may.',
    sources: [MRTR],
    scenarios: ['input-required-result-unsupported-methods'],
  },
  'MS-3': {
    level: 'MUST',
    text: 'Such a result says `resultType: "input_required"` explicitly.',
    sources: ['basic'],
    scenarios: ['input-required-result-result-type'],
  },
  'MS-4': {
    level: 'MUST',
    text: 'Such a result has `inputRequests`, `requestState` or both. One with neither is invalid.',
    sources: [MRTR, 'schema'],
    scenarios: ['input-required-result-request-state'],
  },
  'MS-5': {
    level: 'MUST',
    text: 'A value of `inputRequests` is `{ method, params }` with one of `elicitation/create`, `sampling/createMessage` and `roots/list` (which may lack `params`). It has no `jsonrpc` and no `id`.',
    sources: [MRTR, 'schema'],
    scenarios: [
      'input-required-result-basic-elicitation',
      'input-required-result-basic-sampling',
      'input-required-result-basic-list-roots',
    ],
  },
  'MS-6': {
    level: 'MUST',
    text: 'The server chooses the keys of `inputRequests`; each is unique within the request.',
    sources: [MRTR],
  },
  'MS-7': {
    level: 'MAY',
    text: 'One result may ask questions of several kinds, with a state beside them. The work goes on when all answers have arrived.',
    sources: [MRTR],
    scenarios: ['input-required-result-multiple-input-requests'],
  },
  'MS-8': {
    level: 'MUST',
    text: 'Nothing is asked that the client has not declared in this very request: forms, URLs, sampling, sampling with tools, roots.',
    sources: [MRTR, 'client/elicitation', 'client/sampling'],
    scenarios: ['input-required-result-capability-check'],
  },
  'MS-9': {
    level: 'MUST',
    text: 'Work that needs a capability the client has not declared ends with `-32021` under HTTP 400. `data.requiredCapabilities` is an object that names it.',
    sources: ['basic'],
    scenarios: ['server-stateless'],
  },
  'MS-10': {
    level: 'MUST',
    text: 'A retry is served from what it carries: another instance, process or connection comes to the same outcome.',
    sources: [MRTR, 'basic'],
  },
  'MS-11': {
    level: 'MAY',
    text: 'A retry may be answered with further questions, again and again, each time with new keys and a new state.',
    sources: [MRTR],
    scenarios: ['input-required-result-multi-round'],
  },
  'MS-12': {
    level: 'MUST',
    text: 'The server does not rely on an answer or a retry: clients that never come back leave nothing open.',
    sources: [MRTR],
  },
  'MS-13': {
    level: 'MUST',
    text: '`requestState` is a string. What comes back as one is treated as hostile input.',
    sources: ['schema', MRTR],
    scenarios: ['input-required-result-request-state'],
  },
  'MS-14': {
    level: 'MUST',
    text: 'A state that can sway authorization, access or business logic is protected by a MAC or authenticated encryption.',
    sources: [MRTR],
    scenarios: ['input-required-result-tampered-state'],
  },
  'MS-15': {
    level: 'MUST',
    text: 'A state that fails verification is refused with a JSON-RPC error. Going on, or asking again, is wrong.',
    sources: [MRTR],
    scenarios: ['input-required-result-tampered-state'],
  },
  'MS-16': {
    level: 'SHOULD',
    text: 'The authenticated caller is sealed into the state, and nobody else may present it.',
    sources: [MRTR],
  },
  'MS-17': {
    level: 'SHOULD',
    text: 'A short expiry is sealed into the state, which is refused afterwards.',
    sources: [MRTR],
  },
  'MS-18': {
    level: 'SHOULD',
    text: 'The method and a digest of the parameters that matter are sealed into the state, which is refused on another request.',
    sources: [MRTR],
  },
  'MS-19': {
    level: 'MUST',
    text: 'Where a state may be spent only once, the server records that it has been spent.',
    sources: [MRTR],
  },
  'MS-20': {
    level: 'SHOULD',
    text: '`inputResponses` is checked: it is an object, and each answer that is needed has the shape of its kind. A malformed one is an error or asked again, never taken.',
    sources: [MRTR],
    scenarios: ['input-required-result-validate-input'],
  },
  'MS-21': {
    level: 'SHOULD',
    text: 'Keys and fields in `inputResponses` that the server does not know are ignored, and the work is finished.',
    sources: [MRTR],
    scenarios: ['input-required-result-ignore-extra-params'],
  },
  'MS-22': {
    level: 'SHOULD',
    text: 'If an answer that is needed is missing, the server asks for it again rather than failing.',
    sources: [MRTR],
    scenarios: ['input-required-result-missing-input-response'],
  },
  'MS-23': {
    level: 'MUST',
    text: '`decline`, `cancel` and a client that fails are outcomes the server handles. A declined question is answered, not missing.',
    sources: ['client/elicitation'],
  },
  'MS-24': {
    level: 'MAY',
    text: 'A result may have a state and no questions, to move the work elsewhere.',
    sources: ['SEP-2322', 'schema'],
  },
  'MS-25': {
    level: 'MUST',
    inferred: true,
    text: 'On an event stream the `InputRequiredResult` is the last message. One JSON body is preferred. The HTTP status is 200 either way.',
    sources: ['SEP-2322', 'basic/transports/streamable-http'],
  },
  'MS-26': {
    level: 'MUST',
    inferred: true,
    text: 'Results that ask carry no `ttlMs` and no `cacheScope`.',
    sources: ['server/utilities/caching'],
  },
};

export const CLIENT_ROUNDS: Requirements = {
  'MC-1': {
    level: 'MUST',
    text: 'The client goes by `resultType`; a result without one is complete.',
    sources: ['basic'],
    scenarios: ['sep-2322-client-request-state'],
  },
  'MC-2': {
    level: 'MUST',
    text: 'A `resultType` the client does not know, from the core or an extension it has declared, makes the response invalid.',
    sources: ['basic'],
  },
  'MC-3': {
    level: 'MUST',
    text: 'If there are `inputRequests`, the client obtains the answers before it sends the request again.',
    sources: [MRTR],
    scenarios: ['sep-2322-client-request-state'],
  },
  'MC-4': {
    level: 'MUST',
    inferred: true,
    text: 'Answers stand under the keys of their questions, as bare results without an envelope and without a `resultType`.',
    sources: ['schema'],
    scenarios: ['sep-2322-client-request-state'],
  },
  'MC-5': {
    level: 'MUST',
    inferred: true,
    text: 'A retry has the same method and the same parameters, and beside them `inputResponses` and, if one was given, `requestState`.',
    sources: [MRTR, 'server/tools'],
    scenarios: ['sep-2322-client-request-state'],
  },
  'MC-6': {
    level: 'MUST',
    text: '`requestState` is sent back unchanged to the byte. The client does not read, trim or encode it.',
    sources: [MRTR],
    scenarios: ['sep-2322-client-request-state'],
  },
  'MC-7': {
    level: 'MUST',
    text: 'A retry has no `requestState` if the result it answers had none.',
    sources: [MRTR],
    scenarios: ['sep-2322-client-request-state'],
  },
  'MC-8': {
    level: 'MUST',
    text: 'A retry has another JSON-RPC id than the first attempt.',
    sources: [MRTR, 'server/tools'],
    scenarios: ['sep-2322-client-request-state'],
  },
  'MC-9': {
    level: 'MUST',
    text: 'Answers and state belong to one logical request. They never go out with another call, at the same time or later.',
    sources: [MRTR],
    scenarios: ['sep-2322-client-request-state'],
  },
  'MC-10': {
    level: 'MAY',
    text: 'If nothing is asked, the client may send the request again at once.',
    sources: [MRTR],
  },
  'MC-11': {
    level: 'MUST',
    text: 'Every retry carries the whole `_meta` and all headers anew: `Mcp-Name`, `Mcp-Param-*`, credentials.',
    sources: ['basic', 'basic/transports/streamable-http'],
    scenarios: ['request-metadata'],
  },
  'MC-12': {
    level: 'MUST',
    text: 'The result of a request with `inputResponses` or `requestState` is never cached.',
    sources: ['server/utilities/caching'],
  },
  'MC-13': {
    level: 'MAY',
    text: 'If the model or the roots fail, or are refused, the client may just not send the request again: `inputResponses` has no room for errors.',
    sources: ['client/sampling', 'client/roots'],
  },
  'MC-14': {
    level: 'SHOULD',
    inferred: true,
    text: 'The client bounds the rounds of a call, and waits longer and longer between retries that answer nothing.',
    sources: ['client/sampling', 'basic/patterns/cancellation'],
  },
  'MC-15': {
    level: 'SHOULD',
    inferred: true,
    text: 'A result that asks in answer to any other method, that has neither questions nor state, or that asks what was not declared, is refused and not answered.',
    sources: [MRTR, 'schema'],
  },
};
