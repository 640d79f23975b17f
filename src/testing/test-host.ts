import { begin } from '../client/flows/snapshot.ts';
import type { Dispatcher, Exchange, Reply } from '../protocol/dispatcher.ts';
import { invalidOptions } from '../base/errors.ts';
import type { JsonObject } from '../base/json.ts';
import type { JsonRpcRequest } from '../protocol/jsonrpc.ts';
import type { Logger } from '../base/logger.ts';
import { type AskingMethod, Method } from '../protocol/methods.ts';
import type { StateRefusedEvent } from '../server/options.ts';
import { generateKey } from '../state/key-ring.ts';
import { type InstanceCount, Instances } from './instances.ts';
import { type LogRecord, ServerLog } from './server-log.ts';
import { type TestCallOptions, TestFlow } from './test-flow.ts';

/** What a test decides about a server. Spread it into the options of `McpServer`. */
export interface HostedOptions {
  readonly state: { readonly keys: readonly string[] };
  readonly now: () => number;
  readonly logger: Logger;
  readonly onStateRefused: (event: StateRefusedEvent) => void;
}

/** Makes the server that is tested, as often as an instance of it is started. */
export type ServerFactory = (options: HostedOptions) => Dispatcher | Promise<Dispatcher>;

export interface TestHostOptions {
  /**
   * `'fresh'`: every request is served by an instance of its own, which proves that none keeps
   * anything. Or how many there are; they take turns. Default `'fresh'`.
   */
  readonly instances?: InstanceCount;
  /** What time it is at the start, in ms since the epoch. Default: now. */
  readonly now?: number;
}

/** A server in the hand of a test: its instances, its keys and its clock. A `Client` can call it. */
export class TestHost implements Dispatcher {
  readonly loopbackOnly = false;
  readonly #log = new ServerLog();
  readonly #instances: Instances;
  #factory: ServerFactory;
  #keys: readonly string[] = [generateKey()];
  #now: number;

  /**
   * @throws RondoError `invalid_options`
   * @internal Made by `testServer`.
   */
  constructor(factory: ServerFactory, { instances = 'fresh', now = Date.now() }: TestHostOptions) {
    this.#factory = factory;
    this.#now = now;
    this.#instances = new Instances(instances, () => this.#factory(this.#hosted()));
  }

  /** What the instances have logged: their `logger`. */
  get log(): readonly LogRecord[] {
    return this.#log.records;
  }

  /** The states that were refused, and why: their `onStateRefused`. */
  get refusals(): readonly StateRefusedEvent[] {
    return this.#log.refusals;
  }

  /** What time it is for the server, in ms since the epoch. */
  get now(): number {
    return this.#now;
  }

  /**
   * Calls a tool. What the server answers is in the flow, an error too.
   *
   * @throws what the factory threw; RondoError `invalid_response`, `too_many_rounds`, `cancelled`
   */
  callTool(name: string, args: JsonObject = {}, options: TestCallOptions = {}): Promise<TestFlow> {
    return this.#start(Method.callTool, { name, arguments: args }, options);
  }

  /** Gets a prompt. @throws as {@link callTool} */
  getPrompt(
    name: string,
    args: Record<string, string> = {},
    options: TestCallOptions = {},
  ): Promise<TestFlow> {
    return this.#start(Method.getPrompt, { name, arguments: args }, options);
  }

  /** Reads a resource. @throws as {@link callTool} */
  readResource(uri: string, options: TestCallOptions = {}): Promise<TestFlow> {
    return this.#start(Method.readResource, { uri }, options);
  }

  /** Lets time pass for the server's clock, in ms. Timers are the platform's, and do not notice. */
  advance(ms: number): void {
    if (!(ms >= 0)) throw invalidOptions('The clock can only be advanced.');
    this.#now += ms;
  }

  /** Ends all instances: what comes next is served by new ones. */
  restart(): void {
    this.#instances.stop();
  }

  /** Puts another server in the place of this one, with the same keys. */
  deploy(factory: ServerFactory): void {
    this.#factory = factory;
    this.restart();
  }

  /** Seals with a new key from now on; the old ones still open. */
  rotateKeys(): void {
    this.#keys = [generateKey(), ...this.#keys];
    this.restart();
  }

  /** Forgets all keys but the one that seals. */
  dropOldKeys(): void {
    this.#keys = this.#keys.slice(0, 1);
    this.restart();
  }

  /** @internal For `new Client(host, …)`. */
  dispatch(request: JsonRpcRequest, exchange: Exchange): Promise<Reply> {
    return this.#instances.dispatch(request, exchange);
  }

  /** Ends all instances. Only needed if the server itself holds something open. */
  close(): void {
    this.#instances.stop();
  }

  #start(method: AskingMethod, params: JsonObject, options: TestCallOptions): Promise<TestFlow> {
    const setting = { server: this, log: this.#log };
    return TestFlow.start(setting, begin(method, params, options.maxRounds), options);
  }

  #hosted(): HostedOptions {
    return {
      state: { keys: this.#keys },
      now: () => this.#now,
      logger: this.#log.logger,
      onStateRefused: (event) => void this.#log.refusals.push(event),
    };
  }
}
