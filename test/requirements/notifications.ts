/** What a server sends unasked: SU subscriptions, PG progress and logs; and how requests end early. */
import type { Requirements } from './requirement.ts';

const SUBSCRIPTIONS = 'basic/patterns/subscriptions';
const CANCELLATION = 'basic/patterns/cancellation';
const LOGGING = 'server/utilities/logging';

export const LISTENING: Requirements = {
  'SU-1': {
    level: 'MUST',
    inferred: true,
    text: '`subscriptions/listen` has a filter of what is wanted: changes of the three lists, and resources by URI. What is absent or false is not wanted.',
    sources: [SUBSCRIPTIONS, 'schema'],
    scenarios: ['server-stateless'],
  },
  'SU-2': {
    level: 'MUST',
    text: 'The first message of a subscription is its acknowledgement, with the part of the filter that the server goes by.',
    sources: [SUBSCRIPTIONS],
    scenarios: ['server-stateless'],
  },
  'SU-3': {
    level: 'MUST',
    text: 'Every message of a subscription carries the id of the request that opened it, in the same JSON type.',
    sources: [SUBSCRIPTIONS, 'basic'],
    scenarios: ['server-stateless'],
  },
  'SU-4': {
    level: 'MUST',
    text: 'Only what was asked for is sent, and never progress or logs. There may be several streams. Clients compare what was acknowledged with what they asked for.',
    sources: [SUBSCRIPTIONS, LOGGING],
    scenarios: ['server-stateless'],
  },
  'SU-5': {
    level: 'SHOULD',
    text: 'A server that advertises `listChanged` tells open streams of changes, and those who watch a resource of its updates.',
    sources: ['server/tools', 'server/prompts', 'server/resources'],
    scenarios: ['server-stateless'],
  },
  'SU-6': {
    level: 'SHOULD',
    text: 'A server that ends a stream sends its result first, then closes it.',
    sources: [SUBSCRIPTIONS, CANCELLATION],
  },
};

export const PROGRESS: Requirements = {
  'PG-1': {
    level: 'MUST',
    text: "A progress token is a string or an integer, unique among open requests. Progress rises, stays on its request's stream, and stops when that is complete.",
    sources: ['basic/patterns/progress', 'basic/transports/streamable-http'],
    scenarios: ['tools-call-with-progress'],
  },
  'PG-2': {
    level: 'MUST',
    text: 'Logs go only to requests that ask for a level, and only at that level or above.',
    sources: [LOGGING],
    scenarios: ['server-stateless'],
  },
  'PG-3': {
    level: 'MUST',
    text: 'A server that logs to clients advertises it. Logs hold no secrets and no personal data. An unknown level is `-32602`.',
    sources: [LOGGING],
    partly:
      'What an author logs is for the author to know. The library itself logs nothing to clients.',
  },
  'PG-4': {
    level: 'MUST',
    text: 'Clients cancel only requests of their own that they believe to be open. Servers send `notifications/cancelled` only to end a listen stream.',
    sources: [CANCELLATION],
  },
  'PG-5': {
    level: 'SHOULD',
    text: 'Cancellations that are unknown, late or malformed are ignored; after one there is no response, and a late response is ignored. Races do no harm.',
    sources: [CANCELLATION],
  },
  'PG-6': {
    level: 'SHOULD',
    text: 'Every request has a time limit, which can be set for each, and a hard one despite progress. When it is over, the request is cancelled.',
    sources: [CANCELLATION],
  },
};
