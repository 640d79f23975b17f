import { begin } from '../client/flows/snapshot.ts';
import type { Dispatcher, Exchange, Reply } from '../protocol/dispatcher.ts';
import { invalidOptions } from '../base/errors.ts';
import { type OptionSet, readOptions } from '../base/options/options.ts';
import type { JsonRpcRequest } from '../protocol/types/jsonrpc.ts';
import type { Logger } from '../base/logging/logger.ts';
import { type AskingMethod, Method } from '../protocol/names/methods.ts';
import type { ServerEventListener, StateRefusedEvent } from '../server/events.ts';
import { generateKey } from '../state/key-ring.ts';
import { type InstanceCount, Instances, instanceCount } from './instances.ts';
import { type LogRecord, ServerLog } from './server-log.ts';
import { TEST_CALL_OPTIONS, type TestCallOptions, TestFlow } from './test-flow.ts';

/** Options that the test host sets. Spread them into the options of `McpServer`. */
export interface HostedOptions {
  readonly state: { readonly keys: readonly string[] };
  readonly now: () => number;
  readonly logger: Logger;
  readonly on: ServerEventListener;
}

/** Makes the server to test. Called for each instance. */
export type ServerFactory = (options: HostedOptions) => Dispatcher | Promise<Dispatcher>;

/** Options of a test host. */
export interface TestHostOptions {
  /**
   * `'fresh'`: a new instance serves each request, which proves that the server keeps no data. A
   * number: so many instances, which take turns. Default `'fresh'`.
   */
  readonly instances?: InstanceCount;
  /** The time at which the server's clock starts, in ms since the epoch. Default: the present. */
  readonly now?: number;
}

const TEST_HOST_OPTIONS: OptionSet<TestHostOptions> = {
  of: 'testServer()',
  table: { instances: instanceCount, now: moment },
  notes: Object.fromEntries(
    'state logger on store'
      .split(' ')
      .map((name) => [name, 'Give it to McpServer, in the function that makes the server.']),
  ),
};

/** Hosts a server for tests, and controls its instances, keys and clock. A `Client` can call it. */
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
  constructor(factory: ServerFactory, options: TestHostOptions) {
    const { instances = 'fresh', now = Date.now() } = readOptions(TEST_HOST_OPTIONS, options);
    this.#factory = checkedFactory(factory);
    this.#now = now;
    this.#instances = new Instances(instances, () => this.#factory(this.#hosted()));
  }

  /** What the instances have logged. */
  get log(): readonly LogRecord[] {
    return this.#log.records;
  }

  /** The states that were refused, and why. */
  get refusals(): readonly StateRefusedEvent[] {
    return this.#log.refusals;
  }

  /** The time of the server's clock, in ms since the epoch. */
  get now(): number {
    return this.#now;
  }

  /**
   * Calls a tool, and resolves after the first round. Errors of the server are in the flow too.
   *
   * @throws what the factory throws; RondoError `invalid_response`, `too_many_rounds`, `cancelled`
   */
  callTool(name: string, args: object = {}, options: TestCallOptions = {}): Promise<TestFlow> {
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

  /** Advances the server's clock, in ms. Timers, such as round timeouts, are not affected. */
  advance(ms: number): void {
    if (!(ms >= 0 && ms < Infinity)) throw invalidOptions('The clock can only be advanced.');
    this.#now += ms;
  }

  /** Ends all instances. New ones serve the next requests. */
  restart(): void {
    this.#instances.stop();
  }

  /** Replaces the server by another with the same keys, as a deployment does. */
  deploy(factory: ServerFactory): void {
    this.#factory = checkedFactory(factory);
    this.restart();
  }

  /** Adds a new key, which seals from now on. The old keys still open. */
  rotateKeys(): void {
    this.#keys = [generateKey(), ...this.#keys];
    this.restart();
  }

  /** Removes all keys but the one that seals. */
  dropOldKeys(): void {
    this.#keys = this.#keys.slice(0, 1);
    this.restart();
  }

  /** @internal For `new Client(host, …)`. */
  dispatch(request: JsonRpcRequest, exchange: Exchange): Promise<Reply> {
    return this.#instances.dispatch(request, exchange);
  }

  /** Ends all instances. Only needed if the server keeps resources open. */
  close(): void {
    this.#instances.stop();
  }

  async #start(method: AskingMethod, params: object, given: TestCallOptions): Promise<TestFlow> {
    const options = readOptions(TEST_CALL_OPTIONS, given);
    const setting = { server: this, log: this.#log };
    return TestFlow.start(setting, begin(method, params, options.maxRounds), options);
  }

  #hosted(): HostedOptions {
    return {
      state: { keys: this.#keys },
      now: () => this.#now,
      logger: this.#log.logger,
      on: (event) => this.#log.add(event),
    };
  }
}

/** @throws RondoError `invalid_options` */
function checkedFactory(factory: ServerFactory): ServerFactory {
  if (typeof factory === 'function') return factory;
  throw invalidOptions('testServer() takes a function that makes the server: (options) => server.');
}

function moment(value: unknown): string | undefined {
  return Number.isFinite(value) ? undefined : 'must be a time in ms since the epoch';
}
