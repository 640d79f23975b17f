/** Stands before a server and loses a reply: the server has done its work, and nobody hears of it. */
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export class LossyProxy {
  #questions = 0;
  #toLose = 0;
  readonly #server: Server;

  #behind = '';

  constructor() {
    this.#server = createServer(async (request, response) => {
      const headers = request.headers as Record<string, string>;
      const reply = await fetch(this.#behind, {
        method: 'POST',
        headers: { ...headers, host: new URL(this.#behind).host },
        body: await text(request),
      });
      const body = await reply.text();
      const isQuestion = body.includes('requestState');
      if (isQuestion && ++this.#questions === this.#toLose) return void response.destroy();
      response.writeHead(reply.status, { 'content-type': reply.headers.get('content-type')! });
      response.end(body);
    });
  }

  /** Of the replies from now on that ask something, that one is lost; 1 is the next. */
  lose(number: number): void {
    this.#questions = 0;
    this.#toLose = number;
  }

  /** @param behind the URL of the server behind it */
  async listen(behind: string): Promise<string> {
    this.#behind = behind;
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/mcp`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
