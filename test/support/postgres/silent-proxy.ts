/** In front of PostgreSQL: its connections can be lost without a word, as where a network drops them. */
import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';

export class SilentProxy {
  /** Of the database, through this proxy. */
  readonly address: string;
  /** What clients have sent. */
  passed = '';
  readonly #server: Server;
  readonly #open: Set<Socket>;

  static async start(address: string): Promise<SilentProxy> {
    const { port, hostname } = new URL(address);
    const open = new Set<Socket>();
    const server = createServer((client) => {
      client.on('data', (bytes) => (proxy.passed += bytes.toString('latin1')));
      const database = connect(Number(port), hostname);
      for (const socket of [client, database]) {
        open.add(socket);
        socket.on('error', () => socket.destroy());
        socket.on('close', () => open.delete(socket));
      }
      client.pipe(database).pipe(client);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const own = new URL(address);
    own.port = String((server.address() as AddressInfo).port);
    const proxy = new SilentProxy(own.href, server, open);
    return proxy;
  }

  private constructor(address: string, server: Server, open: Set<Socket>) {
    this.address = address;
    this.#server = server;
    this.#open = open;
  }

  /** From now on nothing passes through the connections that are open, and nobody is told; others pass. */
  silence(): void {
    for (const socket of this.#open) socket.unpipe().pause();
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
