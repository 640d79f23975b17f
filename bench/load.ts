/**
 * The load generator: a process of its own, told over IPC what to send and where, answering with how
 * much came back. See generator.ts for the other end.
 */
import { CASES, type Case, type CaseName } from './cases.ts';
import { Connection } from './connection.ts';
import type { HttpResponse } from './http-response.ts';
import { assertRight, looksRight, readResult } from './reply.ts';

export interface Job {
  readonly caseName: CaseName;
  readonly port: number;
  /** The whole HTTP request. */
  readonly request: string;
  readonly connections: number;
  readonly seconds: number;
}

export interface Load {
  readonly requests: number;
  readonly milliseconds: number;
  /** The part of the time this process had nothing to do: near 0, it measured itself. */
  readonly idle: number;
}

export type JobReply = { readonly load: Load } | { readonly error: string };

const FIRST_RESPONSE_WITHIN = 10_000;

process.on('message', (job: Job) => {
  void run(job).then(
    (load) => process.send!({ load } satisfies JobReply),
    (error: Error) => process.send!({ error: error.message } satisfies JobReply),
  );
});
process.on('disconnect', () => process.exit());

async function run(job: Job): Promise<Load> {
  const measured = CASES.find(({ name }) => name === job.caseName)!;
  const first = await once(job);
  assertRight(measured, readResult(first.status, first.body));
  return new Swarm(job, measured).run(job.seconds);
}

/** Sends the request once and waits for the whole response. */
function once({ port, request }: Job): Promise<HttpResponse> {
  return new Promise<HttpResponse>((resolve, reject) => {
    const connection = new Connection(port, Buffer.from(request), settle(resolve), settle(reject));
    const timer = setTimeout(settle(reject), FIRST_RESPONSE_WITHIN, new Error('no response'));
    connection.send();

    function settle<T>(how: (value: T) => void): (value: T) => void {
      return (value) => {
        clearTimeout(timer);
        connection.close();
        how(value);
      };
    }
  });
}

/** The connections of one job, and what they count. */
class Swarm {
  readonly #measured: Case;
  readonly #connections: readonly Connection[];
  readonly #startedAt = performance.now();
  #isRunning = true;
  #failure: Error | undefined;
  #count = 0;
  #countAtLastTurn = 0;
  #lastTurn = this.#startedAt;
  #idle = 0;

  constructor({ port, request, connections }: Job, measured: Case) {
    this.#measured = measured;
    const bytes = Buffer.from(request);
    const fail = (error: Error): void => void (this.#failure ??= error);
    this.#connections = Array.from({ length: connections }, () => {
      const connection: Connection = new Connection(
        port,
        bytes,
        (response) => this.#received(response, connection),
        fail,
      );
      return connection;
    });
  }

  /** @throws Error the first response that was not right, or a lost connection */
  async run(seconds: number): Promise<Load> {
    for (const connection of this.#connections) connection.send();
    this.#spin();
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    const milliseconds = performance.now() - this.#startedAt;
    const load = { requests: this.#count, milliseconds, idle: this.#idle / milliseconds };
    this.#isRunning = false;
    for (const connection of this.#connections) connection.close();
    if (this.#failure !== undefined) throw this.#failure;
    return load;
  }

  #received(response: HttpResponse, connection: Connection): void {
    if (!looksRight(this.#measured, response)) {
      const { status, body } = response;
      this.#failure ??= new Error(`came back under load: ${status} ${body.slice(0, 300)}`);
      return;
    }
    this.#count++;
    connection.send();
  }

  /**
   * Keeps the event loop turning. A loop that sleeps has to be woken, on loopback that is charged to
   * the server's write, and so the faster a server is, the more often it would pay.
   */
  #spin(): void {
    const now = performance.now();
    if (this.#count === this.#countAtLastTurn) this.#idle += now - this.#lastTurn;
    this.#countAtLastTurn = this.#count;
    this.#lastTurn = now;
    if (this.#isRunning) setImmediate(() => this.#spin());
  }
}
