import { done, event, refusal, reply, stream } from './messages.ts';
import type { Exchange } from './server.ts';

/** Servers that keep the connection of a call open, by the code of the error the call ends with. */
export const ENDLESS: readonly [unknown, (exchange: Exchange) => void][] = [
  ['none', ({ message, response }) => stream(response, event(done(message)))],
  [-7, ({ message, response }) => stream(response, event(refusal(message, -7)))],
  ['invalid_response', ({ response }) => stream(response, event('{'))],
  ['invalid_response', ({ response }) => stream(response, event(reply(9, { method: 'm' })))],
  [
    'invalid_response',
    ({ response }) => void response.writeHead(200, { 'content-type': 'text/html' }).write('<'),
  ],
  [
    'invalid_response',
    ({ response }) => void response.writeHead(307, { location: '/elsewhere' }).write('<'),
  ],
  [
    'transport_failed',
    ({ response }) => void response.writeHead(503, { 'content-type': 'text/html' }).write('<'),
  ],
];
