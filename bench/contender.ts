import type { Case } from './cases.ts';
import type { Generator } from './generator.ts';
import type { Job, Load } from './load.ts';
import { requestText } from './message.ts';
import type { PeerName } from './peers.ts';
import { type Played, play } from './play.ts';
import { ServerProcess } from './server-process.ts';

/** With less of a processor than this, a server was kept waiting by something else. */
export const FAIR_SHARE = 0.9;
const SAMPLES_AT_MOST = 3;

/**
 * How much processor time, in ms, a server gets before anything is counted, and how many seconds at
 * most. It is the compiler that has to warm up: the slower peers cost four times as much in their
 * first second as from their fourth on, and on a busy machine that second is no second.
 */
const WARM_UP_CPU = 4_000;
const WARM_UP_SECONDS_AT_MOST = 12;

/** What was counted in one go. */
export interface Sample extends Load {
  /** Milliseconds of processor time the server used. */
  readonly cpu: number;
  /** The part of a processor that is: under load a server left alone takes a whole one. */
  readonly share: number;
}

/** One server with one case: its process and what it did. */
export class Contender {
  readonly measured: Case;
  readonly peer: PeerName;
  /** One a round. */
  readonly samples: Sample[] = [];
  readonly #generator: Generator;
  #server: ServerProcess | undefined;
  #job: Omit<Job, 'seconds'> | undefined;
  #played: Played | undefined;
  #failure: string | undefined;

  constructor(measured: Case, peer: PeerName, generator: Generator) {
    this.measured = measured;
    this.peer = peer;
    this.#generator = generator;
  }

  /** The measured round as it went once. */
  get played(): Played | undefined {
    return this.#played;
  }

  /** Why there are no figures. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** @param model what Rondo did: the bare server gets the same request and gives the same result */
  begin(connections: number, model: Played | undefined): Promise<void> {
    return this.#unlessFailed(async () => {
      const { measured, peer } = this;
      const isBare = peer === 'bare';
      if (isBare && model === undefined) throw new Error('needs a result of Rondo to answer with');
      const args = isBare ? [JSON.stringify(model!.result)] : [];
      const server = await ServerProcess.start(peer, [String(measured.questions), ...args]);
      this.#server = server;
      const played = isBare ? model! : await play(measured, server.port);
      this.#played = played;
      const request = requestText(measured, server.port, played.body);
      this.#job = { caseName: measured.name, port: server.port, request, connections };
      await this.#warmUp();
    });
  }

  /** Takes one sample, in which if possible nothing else wanted the server's processor. */
  sample(seconds: number): Promise<void> {
    return this.#unlessFailed(async () => {
      let best = await this.#take(seconds);
      for (let taken = 1; best.share < FAIR_SHARE && taken < SAMPLES_AT_MOST; taken++) {
        const next = await this.#take(seconds);
        if (next.share > best.share) best = next;
      }
      this.samples.push(best);
    });
  }

  async end(): Promise<void> {
    await this.#server?.stop();
  }

  async #warmUp(): Promise<void> {
    let cpu = 0;
    for (let second = 0; cpu < WARM_UP_CPU && second < WARM_UP_SECONDS_AT_MOST; second++) {
      cpu += (await this.#take(1)).cpu;
    }
  }

  async #take(seconds: number): Promise<Sample> {
    const server = this.#server!;
    const before = await server.cpuTime();
    const load = await this.#generator.run({ ...this.#job!, seconds });
    const cpu = (await server.cpuTime()) - before;
    return { ...load, cpu, share: cpu / load.milliseconds };
  }

  async #unlessFailed(work: () => Promise<void>): Promise<void> {
    if (this.#failure !== undefined) return;
    try {
      await work();
    } catch (error) {
      this.#failure = (error as Error).message;
    }
  }
}
