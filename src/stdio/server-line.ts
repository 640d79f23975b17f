import { RondoError } from '../base/errors.ts';
import type { RequestId } from '../protocol/types/jsonrpc.ts';
import { type FromOldServer, parseFromOldServer } from '../protocol/response.ts';
import type { Line } from './lines.ts';
import { type LineEnds, visibleId, visibleMembers } from './visible-members.ts';

/** What a server has written as one line. */
export type ServerLine =
  | FromOldServer
  /** A message that cannot be taken. The id, where it can be seen, is that of a request. */
  | { readonly type: 'broken'; readonly id: RequestId | undefined; readonly error: unknown }
  /** No message: programs and their libraries print all kinds of things. */
  | { readonly type: 'noise' };

export function readServerLine(line: Line): ServerLine {
  if ('problem' in line) {
    const why = `The server sent a message that is ${line.problem}.`;
    return { type: 'broken', id: answeredId(line), error: new RondoError('transport_failed', why) };
  }
  if (!line.text.trimStart().startsWith('{')) return { type: 'noise' };
  try {
    return parseFromOldServer(line.text);
  } catch (error) {
    return brokenOrNoise(line.text, error);
  }
}

/** Objects without `jsonrpc`, such as a logger writes, are noise, whatever ids they have. */
function brokenOrNoise(text: string, error: unknown): ServerLine {
  const ends: LineEnds = { head: text.slice(0, 1_024), tail: text.slice(-1_024) };
  const members = visibleMembers(ends);
  if (members.get('jsonrpc') !== '2.0') return { type: 'noise' };
  // A request of the server's (MS-1) may be what a call waits for; a notification is nobody's.
  if (members.has('method') && !members.has('id')) return { type: 'noise' };
  const id = answeredId(ends);
  const isResponse = !members.has('method');
  return isResponse && id === undefined ? { type: 'noise' } : { type: 'broken', id, error };
}

/** The id of the request that a message answers, if that can be seen. */
function answeredId(ends: LineEnds): RequestId | undefined {
  const members = visibleMembers(ends);
  const isResponse = members.get('jsonrpc') === '2.0' && !members.has('method');
  return isResponse ? visibleId(ends) : undefined;
}
