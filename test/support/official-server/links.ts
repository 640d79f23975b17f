/** Ways from our client to the official server. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { type CreateMcpHandlerOptions, createMcpHandler } from '@modelcontextprotocol/server';
import type { Target } from '../../../src/client/index.ts';
import { officialServers } from '../../programs/official-server/server.ts';
import { built } from '../program.ts';

/** A server, and where it is. */
export interface OfficialServer {
  readonly target: Target;
  close(): Promise<void>;
}

/** Over its adapter for node:http; every request gets an instance of its own. */
export async function overHttp(options: CreateMcpHandlerOptions = {}): Promise<OfficialServer> {
  const handler = createMcpHandler(
    officialServers(() => handler.notify),
    { legacy: 'reject', ...options },
  );
  const handle = toNodeHandler(handler);
  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    target: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    async close() {
      await handler.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** In a process of its own, which the client starts and ends. */
export async function overStdio(): Promise<OfficialServer> {
  const args = [built('test/programs/official-server/stdio.ts')];
  return { target: { command: process.execPath, args }, close: async () => {} };
}
