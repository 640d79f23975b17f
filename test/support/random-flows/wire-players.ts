/** Random handlers behind a server, called over HTTP by a client of this revision and by an old one. */
import type { UnknownRecord } from '../../../src/base/json/json.ts';
import { type Serving, serve } from '../../../src/http/node/serve.ts';
import { McpServer, type ServerEvent, generateKey } from '../../../src/index.ts';
import type { FlowContext } from '../../../src/flow/context.ts';
import type { OpenAsk } from '../../../src/flow/asks/ask.ts';
import { call, type Message, retry, textOf } from '../messages.ts';
import { OldClient, isQuestion } from '../old-client.ts';
import { reply } from './answers.ts';
import { hash } from './chance.ts';
import { type Program, runProgram } from './programs.ts';
import { VirtualWork } from './virtual-work.ts';

/** What can be seen of one call. */
export interface Called {
  readonly text: string;
  /** Everything that the handler saw, in order. */
  readonly seen: unknown;
  /** What was recorded, asked, wrong, and in which round. */
  readonly events: readonly unknown[];
  readonly executions: Readonly<Record<string, number>>;
}

/** Names steps by their order, since the ids that they get differ from flow to flow. */
class NumberedWork extends VirtualWork {
  readonly #numbers = new Map<string, string>();

  override run(key: string, duration: number, fails: boolean): Promise<string> {
    const number = this.#numbers.get(key) ?? `step ${this.#numbers.size}`;
    this.#numbers.set(key, number);
    return super.run(number, duration, fails);
  }
}

export class RandomServer {
  readonly #serving: Serving;
  #run!: (ctx: FlowContext) => Promise<unknown>;
  #events: ServerEvent[] = [];

  static async start(): Promise<RandomServer> {
    const heard: { listener?: (event: ServerEvent) => void } = {};
    const server = new McpServer(
      { name: 'random', version: '1' },
      {
        state: { keys: [generateKey()], maxLength: 1_000_000 },
        limits: { rounds: 1_000, entries: 10_000 },
        on: (event) => heard.listener?.(event),
      },
    );
    const serving = await serve(server, { port: 0, signals: false, grace: 1_000 });
    const random = new RandomServer(serving);
    heard.listener = (event) => random.#events.push(event);
    server.registerTool('random', {}, async (ctx) => {
      await random.#run(ctx as unknown as FlowContext);
      return 'ended';
    });
    return random;
  }

  private constructor(serving: Serving) {
    this.#serving = serving;
  }

  close(): Promise<void> {
    return this.#serving.close();
  }

  /** By a client of this revision, which sends its call again. */
  async playNew(program: Program, seed: number): Promise<Called> {
    return this.#play(program, async () => {
      const first = call('random');
      let answered = await this.#post(first);
      while (answered.result?.['resultType'] === 'input_required') {
        const asked = Object.entries((answered.result['inputRequests'] ?? {}) as Asked);
        const answers = asked.map(([key, { method, params }]) => [
          key,
          answer(seed, method, params),
        ]);
        answered = await this.#post(retry(first, answered, Object.fromEntries(answers)));
      }
      return textOf(answered);
    });
  }

  /** By a client of 2025-11-25, which is asked on the stream of its call. */
  async playOld(program: Program, seed: number): Promise<Called> {
    const capabilities = { elicitation: {}, sampling: {}, roots: {} };
    const client = await OldClient.connect(this.#serving.url, { capabilities });
    return this.#play(program, async () => {
      const response = await client.request('tools/call', { name: 'random', arguments: {} });
      const done = new Set<unknown>();
      for (;;) {
        const message = await response.message(
          (each) => each.result !== undefined || (isQuestion(each) && !done.has(each.id)),
        );
        if (!isQuestion(message)) return textOf(message);
        done.add(message.id);
        await client.answer(message, answer(seed, message.method!, message.params!));
      }
    });
  }

  async #play(program: Program, toItsEnd: () => Promise<string>): Promise<Called> {
    const work = new NumberedWork();
    let seen: unknown;
    let executions = {};
    this.#events = [];
    this.#run = async (ctx) => {
      ({ seen } = (await runProgram(program, ctx, { work })) as { seen: unknown });
      executions = { ...work.executions };
    };
    const text = await toItsEnd();
    work.stop();
    return { text, seen, events: ofOneFlow(this.#events), executions };
  }

  async #post(message: unknown): Promise<Message> {
    const response = await fetch(this.#serving.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'random',
      },
      body: JSON.stringify(message),
    });
    return (await response.json()) as Message;
  }
}

type Asked = Record<string, { readonly method: string; readonly params: UnknownRecord }>;

/** Depends on what is asked and on nothing else. Some are wrong, once. */
function answer(seed: number, method: string, params: UnknownRecord): UnknownRecord {
  const { message = '', maxTokens } = params as { message?: string; maxTokens?: number };
  const isAgain = message.startsWith('Please check');
  const roll = hash(`${seed}/${message.split('\n').at(-1)}/${maxTokens}/${isAgain}`) % 10;
  if (roll === 3 && !isAgain) return { action: 'accept', content: { confirm: 'maybe' } };
  const kind = method === 'sampling/createMessage' ? 'sample' : 'elicit';
  return reply({ kind, request: { method, params } } as unknown as OpenAsk, roll) as UnknownRecord;
}

/** What is never the same in two runs of one flow. */
const OF_ONE_RUN = { duration: 0, flowId: '', trace: {}, request: {}, waited: 0, stateBytes: 0 };

/** Of the flow that began first, to its end: what nobody awaits may go on after it. */
function ofOneFlow(events: readonly ServerEvent[]): unknown[] {
  const { flowId } = events.find(({ type }) => type === 'round_begun') as { flowId: string };
  const own = events.filter((event) => 'flowId' in event && event.flowId === flowId);
  const end = own.findIndex(
    (event) => event.type === 'round_ended' && event.outcome === 'complete',
  );
  return own.slice(0, end + 1).map((event) => ({ ...event, ...OF_ONE_RUN }));
}
