import type { Dispatcher } from '../../src/protocol/dispatcher.ts';
import type { Wire } from './wires.ts';

/** What is at the other end of a wire, as if it were here. */
export function behind(wire: Wire): Dispatcher {
  return {
    loopbackOnly: false,
    async dispatch(request, exchange) {
      const { messages, response, status = 200 } = await wire.send(request as never);
      for (const notification of messages.slice(0, -1)) {
        exchange.notify(JSON.stringify(notification));
      }
      return { status, body: JSON.stringify(response), isError: 'error' in response };
    },
    close: () => void wire.close(),
  };
}
