/** A flow that is a task, of servers that share a store and die, and of a client that answers some. */
import type { UnknownRecord } from '../../../src/base/json/json.ts';
import { silent } from '../logger.ts';
import type { OpenAsk } from '../../../src/flow/asks/ask.ts';
import type { FlowContext } from '../../../src/flow/context.ts';
import { McpServer } from '../../../src/server/server.ts';
import { defineStore } from '../../../src/stores/define-store.ts';
import { inMemory } from '../../../src/stores/memory-store.ts';
import { MemoryTasks } from '../../../src/tasks/memory/memory-tasks.ts';
import { MemorySecret } from '../../../src/stored/secret-store.ts';
import { call, request } from '../messages.ts';
import { WITH_TASKS } from '../tasks.ts';
import { type Wire, WIRES } from '../wires.ts';
import { answerTo } from './answers.ts';
import { Chance, turns } from './chance.ts';
import { type Death, Fuse } from './fuse.ts';
import { mortalTasks } from './mortal-tasks.ts';

const KEYS = ['AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'];

/** In ms of the store's clock, which moves by itself a little at each look of the client. */
const LEASE = 86_400_000;
const MORE_THAN_A_LEASE = 2 * LEASE;
const A_LITTLE = 5_000;

const MAX_LOOKS = 100_000;

const KINDS: Record<string, OpenAsk['kind']> = {
  'elicitation/create': 'form',
  'sampling/createMessage': 'sample',
};

export class TaskFlow {
  deaths = 0;
  #time = Date.now();
  readonly #tasks = new MemoryTasks(() => this.#time);
  readonly #secret = new MemorySecret();
  readonly #seed: number;
  readonly #chance: Chance;
  readonly #servers: McpServer[] = [];
  #mortals: number;

  constructor(seed: number) {
    this.#seed = seed;
    this.#chance = new Chance(`${seed} is a task`);
    // The sixth lease that lapses without a new entry fails a task.
    this.#mortals = this.#chance.below(5);
  }

  /** Runs the flow to its end, and returns the task. */
  async run(handler: (ctx: FlowContext) => Promise<unknown>): Promise<UnknownRecord> {
    const wire = await this.#serve(handler);
    const message = call('flow');
    Object.assign(message.params._meta, WITH_TASKS);
    const { taskId } = (await wire.send(message)).response.result!;
    for (let looks = 0; looks < MAX_LOOKS; looks++) {
      const task = await this.#send(wire, 'tasks/get', taskId);
      if (task['status'] === 'input_required') await this.#answer(wire, task);
      else if (task['status'] !== 'working') return this.#close(task);
      await turns(1);
      this.#time += A_LITTLE;
      // The workers' own timers know nothing of this clock.
      if (looks % 50 === 0) this.#tasks.wakeUps.wake('any');
    }
    throw new Error('the task does not end');
  }

  /** A server that never works, and beside it workers that die, each followed by another. */
  async #serve(handler: (ctx: FlowContext) => Promise<unknown>): Promise<Wire> {
    const front = this.#server(handler, this.#tasks);
    this.#work(handler);
    return WIRES['in process'](front);
  }

  #work(handler: (ctx: FlowContext) => Promise<unknown>): void {
    const isMortal = this.#mortals-- > 0;
    const death = this.#chance.pick<Death>(['crash', 'lapse', 'error']);
    const fuse = new Fuse(isMortal ? 1 + this.#chance.below(20) : Infinity, death);
    const onDeath = (): void => {
      this.deaths++;
      this.#time += MORE_THAN_A_LEASE;
      setImmediate(() => this.#work(handler));
    };
    this.#server(handler, mortalTasks(this.#tasks, fuse, onDeath)).work(4);
  }

  #server(handler: (ctx: FlowContext) => Promise<unknown>, tasks: MemoryTasks | object): McpServer {
    const store = defineStore({
      tasks: tasks as MemoryTasks,
      secret: this.#secret,
      transaction: inMemory,
      close: async () => undefined,
    });
    const options = {
      store,
      state: { keys: KEYS },
      logger: silent,
      tasks: { ttl: 1_000 * LEASE, lease: LEASE },
    };
    const server = new McpServer({ name: 'flows', version: '1.0.0' }, options);
    server.registerTool('flow', { task: 'always' }, async (ctx) => {
      return JSON.stringify(await handler(ctx));
    });
    this.#servers.push(server);
    return server;
  }

  /** Answers some of the questions, and sometimes one twice. */
  async #answer(wire: Wire, task: UnknownRecord): Promise<void> {
    const requests = Object.entries(task['inputRequests'] as Record<string, UnknownRecord>);
    const chosen = requests.filter(() => !this.#chance.oneIn(3));
    const inputResponses = Object.fromEntries(
      chosen.map(([wireKey, asked]) => [wireKey, answerTo(this.#seed, askOf(wireKey, asked))]),
    );
    await turns(this.#chance.below(4));
    await this.#send(wire, 'tasks/update', task['taskId'], { inputResponses });
    if (!this.#chance.oneIn(3)) return;
    const others = Object.fromEntries(chosen.map(([wireKey]) => [wireKey, { action: 'decline' }]));
    await this.#send(wire, 'tasks/update', task['taskId'], { inputResponses: others });
  }

  async #send(wire: Wire, method: string, taskId: unknown, params = {}): Promise<UnknownRecord> {
    const message = request(method, { taskId, ...params }, WITH_TASKS);
    const { response } = await wire.send(message);
    if (response.error !== undefined) throw new Error(response.error.message);
    return response.result!;
  }

  #close(task: UnknownRecord): UnknownRecord {
    for (const server of this.#servers) void server.close();
    return task;
  }
}

/** What the client knows of a question by its key on the wire. */
function askOf(wireKey: string, asked: UnknownRecord): OpenAsk {
  const [key, number = '1'] = wireKey.split('~');
  const kind = KINDS[asked['method'] as string]!;
  return { key: key!, kind, sendings: Number(number), request: asked } as unknown as OpenAsk;
}
