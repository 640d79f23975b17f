/** Servers that do what no server may, on loopback, with a count of what goes on. */
import { type EventEmitter, once } from 'node:events';
import {
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
  createServer,
} from 'node:http';
import {
  type AddressInfo,
  type Server,
  type Socket,
  createServer as createRawServer,
} from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach } from 'vitest';
import { HANG } from '../hang.ts';
import type { JsonRpcRequest } from '../../../src/protocol/types/jsonrpc.ts';

/** One request, and the response a test may do anything with. */
export interface Exchange {
  readonly message: JsonRpcRequest;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export class BadServer {
  /** Messages received, in order, as far as they were read. */
  readonly received: JsonRpcRequest[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Responses under way; of a raw server, connections. */
  readonly #running = new Set<EventEmitter>();

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  /** Answers each message as `behave` does. */
  static serving(behave: (exchange: Exchange) => unknown): Promise<BadServer> {
    const bad = BadServer.#over(async (request, response) => {
      const body = await text(request).catch(() => undefined);
      if (body === undefined) return;
      const message = JSON.parse(body) as JsonRpcRequest;
      bad.received.push(message);
      behave({ message, request, response });
    });
    return bad.#listen();
  }

  /** The same, but nothing has been read of the request. */
  static listening(listener: RequestListener): Promise<BadServer> {
    return BadServer.#over(listener).#listen();
  }

  static #over(listener: RequestListener): BadServer {
    const bad: BadServer = new BadServer(
      createServer((request, response) => {
        bad.#run(response);
        request.on('error', () => {});
        listener(request, response);
      }),
    );
    return bad;
  }

  /** Everything by hand, from the first byte. */
  static raw(behave: (socket: Socket) => unknown): Promise<BadServer> {
    const bad: BadServer = new BadServer(
      createRawServer((socket) => {
        bad.#run(socket);
        socket.resume();
        behave(socket);
      }),
    );
    return bad.#listen();
  }

  async #listen(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  #run(something: EventEmitter): void {
    this.#running.add(something);
    something.once('close', () => this.#running.delete(something));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/mcp`;
  }

  /**
   * Resolves once nothing is under way. Servers that go on for ever do not end by themselves, so
   * that it is the client who has left.
   *
   * @throws Error if something still is after a while
   */
  async deserted(): Promise<void> {
    const running = [...this.#running].map(
      (each) => new Promise((done) => each.once('close', done)),
    );
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const complain = (): void => reject(new Error(`${this.#running.size} are still under way`));
      timer = setTimeout(complain, HANG);
    });
    await Promise.race([Promise.all(running), late]).finally(() => clearTimeout(timer));
  }

  /** Breaks off whatever is under way. */
  hangUp(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.hangUp();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** Servers that a test has opened. */
class BadServers {
  readonly #all: BadServer[] = [];

  /** See {@link BadServer.serving}. */
  readonly serving = async (behave: (exchange: Exchange) => unknown): Promise<BadServer> =>
    this.#add(await BadServer.serving(behave));

  /** See {@link BadServer.listening}. */
  readonly listening = async (listener: RequestListener): Promise<BadServer> =>
    this.#add(await BadServer.listening(listener));

  /** See {@link BadServer.raw}. */
  readonly raw = async (behave: (socket: Socket) => unknown): Promise<BadServer> =>
    this.#add(await BadServer.raw(behave));

  /** The URL of a server that is closed already. */
  readonly gone = async (): Promise<string> => {
    const server = await BadServer.raw(() => {});
    const { url } = server;
    await server.close();
    return url;
  };

  async close(): Promise<void> {
    const all = this.#all.splice(0);
    const left = Promise.all(all.map((server) => server.deserted()));
    await left.finally(() => Promise.all(all.map((server) => server.close())));
  }

  #add(server: BadServer): BadServer {
    this.#all.push(server);
    return server;
  }
}

/** For a test file: the client has to have left all of these servers by the end of each test. */
export function badServers(): BadServers {
  const servers = new BadServers();
  afterEach(() => servers.close());
  return servers;
}
