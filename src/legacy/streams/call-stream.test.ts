import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { InFlight } from '../../protocol/in-flight.ts';
import type { OldConnection } from '../../protocol/legacy-port.ts';
import { KeyRing, generateKey } from '../../state/key-ring.ts';
import { Sealer } from '../../state/sealer.ts';
import { CallStream, type CallStreamOptions } from './call-stream.ts';
import { CallStreams } from './call-streams.ts';
import { type Continuation, EventIds } from './event-ids.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const call = { stream: 'stream', requestId: 1, method: 'tools/call' };
const asking: Continuation = {
  ...call,
  params: {},
  requestState: '',
  open: [{ id: 'question', key: 'key', method: 'elicitation/create' }],
  answers: {},
  progress: null,
  until: 0,
};

it('L13 a stream is kept for a minute, and no longer, where its client is given up as it is asked', () => {
  const inFlight = new InFlight();
  const giveUp = (): void => inFlight.cancel('the client does not read its stream');
  const connection = { inFlight, send: giveUp, end() {} } as unknown as OldConnection;
  const sealer = new Sealer(new KeyRing([generateKey()]), 'resume');
  const streams = new CallStreams();
  const stream: CallStream = new CallStream(connection, {
    call,
    session: 'session',
    ids: new EventIds(() => sealer),
    streams,
    owner: { left: () => stream.leave(), closing() {}, cut() {} },
    atEndOfTurn: () => {},
  } satisfies CallStreamOptions);
  stream.ask(['question'], asking);
  vi.advanceTimersByTime(59_999);
  expect(streams.find('stream', 'session')).toBe(stream);
  vi.advanceTimersByTime(1);
  expect(streams.find('stream', 'session')).toBeUndefined();
  expect(vi.getTimerCount()).toBe(0);
});
