/**
 * What a server offers: TO tools, RE resources, PR prompts, CO completion, PA pages of lists, CA how
 * long results may be kept.
 */
import type { Requirements } from './requirement.ts';

const CACHING = 'server/utilities/caching';

export const TOOLS: Requirements = {
  'TO-1': {
    level: 'MUST',
    text: 'A server with tools advertises them and lists them. The list may differ by authorization and in time, never by connection or because a tool was called.',
    sources: ['server/tools'],
    scenarios: ['tools-list', 'server-stateless'],
  },
  'TO-2': {
    level: 'SHOULD',
    text: 'A list has the same order each time.',
    sources: ['server/tools'],
  },
  'TO-3': {
    level: 'MUST',
    text: '`inputSchema` is a valid JSON Schema of type `object`, of 2020-12 unless it says otherwise. Both sides pass every keyword on.',
    sources: ['server/tools', 'schema'],
    scenarios: ['json-schema-2020-12', 'json-schema-2020-12-preservation'],
  },
  'TO-4': {
    level: 'SHOULD',
    text: 'A name has 1 to 128 characters, letters and digits of ASCII, `_`, `-` and `.`.',
    sources: ['server/tools'],
    scenarios: ['tools-list'],
  },
  'TO-5': {
    level: 'MUST',
    text: 'An unknown tool, or a request that is not a call of one, is `-32602`, not `-32601`.',
    sources: ['server/tools', 'schema'],
  },
  'TO-6': {
    level: 'SHOULD',
    text: 'What fails inside a tool, wrong values of arguments included, is a result with `isError`, for the model to see.',
    sources: ['server/tools', 'schema'],
    scenarios: ['tools-call-error'],
  },
  'TO-7': {
    level: 'MUST',
    text: 'A tool with an `outputSchema` gives `structuredContent` that fits it, and the same as text. Clients check it.',
    sources: ['server/tools'],
  },
  'TO-8': {
    level: 'MUST',
    inferred: true,
    text: 'Content is text, an image or audio (base64 with its type), a link to a resource, or a resource.',
    sources: ['schema'],
    scenarios: [
      'tools-call-simple-text',
      'tools-call-image',
      'tools-call-audio',
      'tools-call-embedded-resource',
      'tools-call-mixed-content',
    ],
  },
  'TO-9': {
    level: 'MUST',
    text: 'The server checks what goes into a tool, who may call it and how often, and what comes out. Clients do not trust annotations.',
    sources: ['server/tools'],
    partly:
      'How often a caller may call, and what a tool may say, is for the author to decide. Input is checked, tools can be hidden from callers, and requests at once are bounded.',
  },
};

export const RESOURCES: Requirements = {
  'RE-1': {
    level: 'MUST',
    text: 'A server with resources advertises them, and serves the lists of resources and templates and the reading. Lists differ only as those of tools may.',
    sources: ['server/resources'],
    scenarios: [
      'resources-list',
      'resources-read-text',
      'resources-read-binary',
      'resources-templates-read',
    ],
  },
  'RE-2': {
    level: 'MUST',
    text: 'A resource that is not there is `-32602`, with the URI in `data`, never an empty result. Clients also take `-32002`.',
    sources: ['server/resources'],
    scenarios: ['sep-2164-resource-not-found'],
  },
  'RE-3': {
    level: 'MUST',
    text: 'URIs are checked, `file://` cannot be climbed out of, and binary content is base64.',
    sources: ['server/resources'],
  },
  'RE-4': {
    level: 'MAY',
    text: 'Reading a resource may ask, as calling a tool may.',
    sources: ['server/resources'],
  },
};

export const PROMPTS: Requirements = {
  'PR-1': {
    level: 'MUST',
    text: 'A server with prompts advertises them and lists them. The list differs only as that of tools may.',
    sources: ['server/prompts'],
    scenarios: ['prompts-list', 'server-stateless'],
  },
  'PR-2': {
    level: 'SHOULD',
    text: 'An unknown prompt or a missing argument is `-32602`, what goes wrong inside `-32603`.',
    sources: ['server/prompts'],
  },
  'PR-3': {
    level: 'MUST',
    text: 'Images and audio are base64 with a type; an embedded resource has a URI, a type, and text or bytes.',
    sources: ['server/prompts'],
    scenarios: [
      'prompts-get-simple',
      'prompts-get-with-args',
      'prompts-get-embedded-resource',
      'prompts-get-with-image',
    ],
  },
  'PR-4': {
    level: 'MAY',
    text: 'Getting a prompt may ask, as calling a tool may.',
    sources: ['server/prompts'],
    scenarios: ['input-required-result-non-tool-request'],
  },
};

export const COMPLETIONS: Requirements = {
  'CO-1': {
    level: 'MUST',
    text: 'A server that completes arguments advertises it. It completes those of prompts, by name, and of templates, by URI, with at most 100 values, and may say how many there are.',
    sources: ['server/utilities/completion', 'schema'],
    scenarios: ['completion-complete'],
  },
  'CO-2': {
    level: 'MUST',
    text: 'What is to be completed is checked and limited in number, and nothing is given away. What is not served is `-32601`, a wrong reference or argument `-32602`.',
    sources: ['server/utilities/completion'],
    partly:
      'How often a caller may ask is for the author to decide. What is asked for is checked, and requests at once are bounded.',
  },
};

export const PAGES: Requirements = {
  'PA-1': {
    level: 'MUST',
    text: 'A cursor is opaque, and may be the empty string. A list ends where `nextCursor` is absent or null. Clients rely on no size of a page.',
    sources: ['server/utilities/pagination'],
  },
  'PA-2': {
    level: 'SHOULD',
    text: 'A cursor stays good; one that is not is `-32602`.',
    sources: ['server/utilities/pagination'],
  },
};

export const CACHE_HINTS: Requirements = {
  'CA-1': {
    level: 'MUST',
    text: 'Complete results of `server/discover`, the four lists and `resources/read` say with `ttlMs`, an integer from 0, and `cacheScope` how long and for whom they may be kept.',
    sources: [CACHING, 'schema'],
    scenarios: ['caching'],
  },
  'CA-2': {
    level: 'MUST',
    text: 'All pages of a list have the same `cacheScope`. It is no access control.',
    sources: [CACHING],
  },
  'CA-3': {
    level: 'MUST',
    text: 'Results are kept by method and the parameters that matter. Private ones never leave their authorization, and those that answers led to are not kept.',
    sources: [CACHING],
  },
  'CA-4': {
    level: 'SHOULD',
    text: 'A `ttlMs` that is absent or negative counts as 0. A notification of a change makes a result stale. It is fetched again when it is needed, not by a timer.',
    sources: [CACHING],
  },
};
