import { afterEach, describe, expect } from 'vitest';
import { McpServer } from '../../src/server/server.ts';
import type { ServerOptions } from '../../src/server/options.ts';
import type { ServerFactory } from '../../src/testing/index.ts';
import { behind } from './behind.ts';
import { WIRES, type Answer, type SendOptions, type Wire, type WireName } from './wires.ts';
import type { Message } from './messages.ts';
import { silent } from './logger.ts';

/** What a test over a wire starts from. */
export interface Bench {
  readonly wire: WireName;
  /** Opens a server that `set up` has filled; closed after the test. */
  open(setUp: (server: McpServer) => void, options?: ServerOptions): Promise<Opened>;
  /** Such a server for `testServer`, every instance of it at the other end of a wire. */
  factory(setUp: (server: McpServer) => void, options?: ServerOptions): ServerFactory;
}

export interface Opened {
  readonly server: McpServer;
  send(message: Message | string, options?: SendOptions): Promise<Answer>;
}

/** Fixed, so that states can be compared across servers of one test. */
export const TEST_KEY = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';

/** The transports to test over, where `RONDO_WIRES` names some: `in process,node`. */
const NAMED = process.env['RONDO_WIRES']?.split(',');

/** Runs the same tests over several transports. */
export function overWires(
  title: string,
  wires: readonly WireName[],
  tests: (bench: Bench) => void,
): void {
  const chosen = wires.filter((wire) => NAMED === undefined || NAMED.includes(wire));
  describe.each(chosen)(`${title}, over %s`, (name) => {
    const opened: Wire[] = [];
    const connect = async (server: McpServer): Promise<Wire> => {
      const wire = await WIRES[name](server);
      opened.push(wire);
      return {
        send: async (message, options) => {
          const answer = await wire.send(message, options);
          answer.messages.forEach((sent) => assertServerMessage(sent, message));
          return answer;
        },
        close: () => wire.close(),
      };
    };
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((wire) => wire.close()));
    });
    tests({
      wire: name,
      async open(setUp, options = {}) {
        const server = new McpServer(
          { name: 'under-test', version: '1.2.3' },
          { logger: silent, state: { keys: [TEST_KEY] }, ...options },
        );
        setUp(server);
        return { server, send: (await connect(server)).send };
      },
      factory: (setUp, { state, ...options } = {}) => {
        return async (hosted) => {
          const server = new McpServer(
            { name: 'under-test', version: '1.2.3' },
            { ...hosted, ...options, state: { ...hosted.state, ...state } },
          );
          setUp(server);
          return behind(await connect(server));
        };
      },
    });
  });
}

/**
 * A server sends no requests (MS-1), and cancels nothing but listen streams (PG-4).
 */
function assertServerMessage(sent: Message, inAnswerTo: Message | string): void {
  if (sent.method === undefined) return;
  expect(sent).not.toHaveProperty('id');
  if (sent.method !== 'notifications/cancelled') return;
  expect(inAnswerTo).toMatchObject({ method: 'subscriptions/listen', id: sent.params!.requestId });
}

export const ALL_WIRES = Object.keys(WIRES) as readonly WireName[];
