/** What a server may ask: EL elicitation, SA sampling, RO roots (the last two are deprecated). */
import type { Requirements } from './requirement.ts';

const ELICITATION = 'client/elicitation';
const SAMPLING = 'client/sampling';

export const ELICITATIONS: Requirements = {
  'EL-1': {
    level: 'MUST',
    text: 'The client declares `elicitation` on each request, with at least one mode. An empty object means forms only.',
    sources: [ELICITATION],
    scenarios: ['request-metadata'],
  },
  'EL-2': {
    level: 'MUST',
    text: 'The server asks in no mode that was not declared.',
    sources: [ELICITATION],
    scenarios: ['input-required-result-capability-check'],
  },
  'EL-3': {
    level: 'MUST',
    text: 'A question has a `message`. A form has a `requestedSchema` and the mode `form`, or none, which means the same; a URL has the mode `url` and a valid `url`.',
    sources: [ELICITATION],
    scenarios: ['input-required-result-basic-elicitation'],
  },
  'EL-4': {
    level: 'MUST',
    inferred: true,
    text: "A form's schema is an object of one level, with strings, numbers, integers, booleans and choices, and only the keywords the protocol lists for each.",
    sources: [ELICITATION, 'schema'],
  },
  'EL-5': {
    level: 'MUST',
    inferred: true,
    text: 'A choice is written as `enum`, as `oneOf` with titles, as an array of either for several, or with the old `enumNames`.',
    sources: ['schema'],
  },
  'EL-6': {
    level: 'MUST',
    inferred: true,
    text: 'An answer is `accept`, `decline` or `cancel`. Only an accepted form has `content`, with strings, numbers, booleans and lists of strings.',
    sources: ['schema'],
    scenarios: ['input-required-result-basic-elicitation'],
  },
  'EL-7': {
    level: 'SHOULD',
    text: "Both sides check a form's answer against its schema. Clients fill in its defaults.",
    sources: [ELICITATION],
  },
  'EL-8': {
    level: 'MUST',
    text: 'Passwords, keys, tokens and payment data are asked for behind a URL, never in a form.',
    sources: [ELICITATION],
    partly:
      "What a question is about cannot be read off it. Fields marked as secret (`format: 'password'`, `writeOnly`) are refused; the rest is rule 8 of [concepts](concepts.md#rules-for-handlers).",
  },
  'EL-9': {
    level: 'MUST',
    text: 'The client shows which server asks, offers to decline and to cancel, and lets users look over their answers before they are sent.',
    sources: [ELICITATION],
  },
  'EL-10': {
    level: 'MUST',
    text: 'The client does not fetch a URL beforehand, shows all of it, and opens it only with consent, where neither client nor model can look on. It highlights the domain and warns of Punycode.',
    sources: [ELICITATION],
  },
  'EL-11': {
    level: 'MUST',
    text: 'A URL holds no data of the user and no credentials, and is not signed in beforehand. It is HTTPS, and forms hold no URLs to click on.',
    sources: [ELICITATION],
    partly:
      "URLs with a user name or password are refused; what a path or query means is the author's to know.",
  },
  'EL-12': {
    level: 'MUST',
    text: 'A question is bound to client and user. The server makes sure that the visitor of its URL is the user who caused it, also if the URL was changed.',
    sources: [ELICITATION],
    excused:
      'Happens on the page the author serves. `ctx.principal` is the user to compare the visitor with.',
  },
  'EL-13': {
    level: 'MUST',
    text: "Credentials for a third party never pass through the client, and the client's token is never used there. A URL question is not how the server signs its own users in.",
    sources: [ELICITATION],
    excused: "Happens in the author's code, which alone talks to the third party.",
  },
  'EL-14': {
    level: 'MUST',
    inferred: true,
    text: 'An accepted URL is consent, not completion: on the retry the server finishes or asks again. `elicitationId`, `notifications/elicitation/complete` and `-32042` are gone.',
    sources: [ELICITATION, 'changelog'],
  },
};

export const SAMPLINGS: Requirements = {
  'SA-1': {
    level: 'MUST',
    text: 'The client declares `sampling` on each request. The server sends `tools` and `toolChoice` only to those who declared `sampling.tools`.',
    sources: [SAMPLING],
    scenarios: ['input-required-result-basic-sampling', 'request-metadata'],
  },
  'SA-2': {
    level: 'SHOULD',
    text: 'The server sends no `includeContext` but `none` to those who have not declared `sampling.context`.',
    sources: [SAMPLING],
  },
  'SA-3': {
    level: 'MUST',
    text: 'A request has `messages`, of the user or the assistant, and `maxTokens`. The client keeps to `maxTokens`, and takes the hints on models in their order.',
    sources: [SAMPLING, 'schema'],
    scenarios: ['input-required-result-basic-sampling'],
    partly:
      'The client has no model: its handler `onSample` gets `maxTokens` and the hints as they were sent.',
  },
  'SA-4': {
    level: 'MUST',
    text: 'A message with tool results holds nothing else, and every use of a tool gets its result before any other message.',
    sources: [SAMPLING],
  },
  'SA-5': {
    level: 'MUST',
    inferred: true,
    text: 'An answer has a role, content (a block or a list of them), a model, and perhaps a reason for stopping.',
    sources: ['schema'],
    scenarios: ['input-required-result-basic-sampling'],
  },
  'SA-6': {
    level: 'SHOULD',
    text: 'Somebody approves what a model is asked and what it answers; requests are limited in number, and so are loops with tools.',
    sources: [SAMPLING],
    partly:
      'Approval, and how many requests are too many, is for the application: its handler `onSample` is called for each. The client bounds the rounds of a call.',
  },
};

export const ROOTS: Requirements = {
  'RO-1': {
    level: 'MUST',
    text: 'The client declares `roots` on each request, and answers with a list of `file://` URIs, with names if it likes.',
    sources: ['client/roots', 'schema'],
    scenarios: ['input-required-result-basic-list-roots'],
  },
  'RO-2': {
    level: 'MUST',
    text: 'The client tells only of roots that it may, checked for `..`, and with consent. The server stays inside them. There is no notification of their change.',
    sources: ['client/roots', 'changelog'],
    partly: 'Whether a handler stays inside the roots is for its author to see to.',
  },
};
