/** IO: a server that is a child process, spoken to over its standard streams. */
import type { Requirements } from './requirement.ts';

const STDIO = 'basic/transports/stdio';

export const STANDARD_STREAMS: Requirements = {
  'IO-1': {
    level: 'MUST',
    text: 'One message is one line of UTF-8 JSON, without a line break inside.',
    sources: [STDIO],
  },
  'IO-2': {
    level: 'MUST',
    text: 'The standard output of a server holds nothing but messages. Logs go to standard error, which the client does not take for failure.',
    sources: [STDIO],
  },
  'IO-3': {
    level: 'MUST',
    text: 'The client writes only requests and notifications, the server only responses and notifications.',
    sources: [STDIO],
  },
  'IO-4': {
    level: 'MUST',
    text: 'Requests carry the same `_meta` as over HTTP. There are no headers to compare with.',
    sources: [STDIO, 'basic'],
  },
  'IO-5': {
    level: 'MUST',
    text: 'The client cancels with `notifications/cancelled` and the id of the request. The server stops, and sends nothing more for it.',
    sources: [STDIO],
  },
  'IO-6': {
    level: 'MUST',
    text: 'The client tells subscriptions apart by the `subscriptionId` in the `_meta` of each message.',
    sources: [STDIO, 'basic/patterns/subscriptions'],
  },
  'IO-7': {
    level: 'SHOULD',
    text: 'To end a server the client closes its standard input, waits, sends SIGTERM and at last SIGKILL. The server ends soon after the end of its input.',
    sources: [STDIO],
  },
  'IO-8': {
    level: 'SHOULD',
    text: 'A server that has crashed is started again. Calls that were open are lost and may be sent again; subscriptions have to be.',
    sources: [STDIO, 'basic/patterns/subscriptions'],
  },
  'IO-9': {
    level: 'SHOULD',
    text: 'The client begins with `server/discover`, above all if it speaks an older revision too. An error of this revision means a server of this revision; any other error, or silence, an older one.',
    sources: [STDIO],
  },
  'IO-10': {
    level: 'SHOULD',
    text: 'The process is not bound to one conversation. Credentials come from the environment, not from OAuth.',
    sources: ['basic', 'basic/authorization'],
  },
};
