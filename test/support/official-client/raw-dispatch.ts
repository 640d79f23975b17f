/**
 * What the official client of tasks needs of its host on this revision: it sends requests of tasks itself, past the
 * official client, whose codecs do not know them.
 */
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client';
import type { RawClientDispatch } from '@modelcontextprotocol/ext-tasks/client';

type Dispatched = Awaited<ReturnType<RawClientDispatch>>;

/** @param transport of a client that is connected */
export function rawDispatch(transport: Transport): RawClientDispatch {
  const waiting = new Map<unknown, (response: Dispatched) => void>();
  const deliver = transport.onmessage?.bind(transport);
  transport.onmessage = (message: JSONRPCMessage, extra) => {
    const settle = 'id' in message ? waiting.get(message.id) : undefined;
    if (settle === undefined || 'method' in message) return deliver?.(message, extra);
    settle(dispatched(message));
  };
  let sent = 0;
  return (request, { signal } = {}) =>
    new Promise((resolve, reject) => {
      const id = `task-${++sent}`;
      const settle = (response: Dispatched): void => {
        waiting.delete(id);
        resolve(response);
      };
      waiting.set(id, settle);
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      const message = { jsonrpc: '2.0', id, ...(request as { method: string }) } as const;
      transport.send(message).catch(reject);
    });
}

function dispatched(message: object): Dispatched {
  return 'error' in message
    ? { kind: 'error', error: message.error as never }
    : { kind: 'result', result: (message as { result: never }).result };
}
