/** K15 Tasks of clients that know nothing of tasks. */
import { expect, it, onTestFinished } from 'vitest';
import type { UnknownRecord } from '../../src/base/json/json.ts';
import { RpcError } from '../../src/protocol/rpc-error.ts';
import { serve } from '../../src/http/node/serve.ts';
import { McpServer } from '../../src/server/server.ts';
import { memoryStore } from '../../src/stores/memory-store.ts';
import { overWires } from '../support/each-wire.ts';
import { silent } from '../support/logger.ts';
import {
  type Message,
  type RequestMessage,
  call,
  meta,
  request,
  retry,
  textOf,
} from '../support/messages.ts';
import { OldClient, isQuestion } from '../support/old-client.ts';
import { until } from '../support/until.ts';
import { YES, openTasks } from '../support/tasks.ts';

const schema = {
  type: 'object',
  properties: { region: { type: 'string', minLength: 2 } },
  required: ['region'],
} as const;
const region = (name: string) => ({ action: 'accept', content: { region: name } });
const TOOLS = { withoutTasks: 'tools' } as const;

function gate() {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** Tools that wait for `go` where they are slow, and then have begun. */
const tools =
  (go: Promise<void> = Promise.resolve(), ends: string[] = [], onBegin = (): void => {}) =>
  (server: McpServer): void => {
    const slow = async (ctx: { signal: AbortSignal }): Promise<void> => {
      const aborted = new Promise<string>((resolve) =>
        ctx.signal.addEventListener('abort', () => resolve('aborted')),
      );
      onBegin();
      ends.push(await Promise.race([go.then(() => 'done'), aborted]));
    };
    server.registerTool('always', { ...TOOLS, task: 'always' }, async (ctx) => {
      await slow(ctx);
      return 'done';
    });
    server.registerTool('auto', { ...TOOLS, task: 'auto' }, async (ctx) => {
      await slow(ctx);
      return `done ${ctx.meta === undefined ? 'in a task' : 'in the call'}`;
    });
    server.registerTool('detaches', TOOLS, async (ctx) => {
      const first = await ctx.confirm('first', 'First?');
      await ctx.detach();
      ctx.status('half of it is done');
      await slow(ctx);
      return `${first} ${ctx.meta === undefined ? 'in a task' : 'in the call'}`;
    });
    server.registerTool('waits', { task: 'always' }, async (ctx) => {
      await ctx.detach();
      return ctx.meta === undefined ? 'in a task' : 'in the call';
    });
    server.registerTool('asks', { ...TOOLS, task: 'always' }, async (ctx) => {
      await go;
      const answer = await ctx.elicit('where', { message: 'Where?', schema });
      const sure = await ctx.confirm('sure', 'Sure?');
      return `${JSON.stringify(answer)} ${sure}`;
    });
    server.registerTool('model', { ...TOOLS, task: 'always' }, async (ctx) => {
      const answer = await ctx.elicit('where', { message: 'Where?', schema, answerBy: 'model' });
      return JSON.stringify(answer);
    });
    server.registerTool('fails', { ...TOOLS, task: 'always' }, async () => {
      await go;
      throw new RpcError(-31_000, 'no such thing');
    });
  };

/** A call by a client that has declared only this. */
function callAs(capabilities: object, name: string, args: UnknownRecord = {}): RequestMessage {
  const message = call(name, args);
  Object.assign(message.params._meta, meta(capabilities));
  return message;
}

/** The task that a text is about. */
function taskIn(message: Message): string {
  return /as task ([\w-]{22})\./.exec(textOf(message))![1]!;
}

const questionsOf = ({ result }: Message): [string, string][] =>
  Object.entries(result!['inputRequests'] as Record<string, { params: { message: string } }>).map(
    ([key, { params }]) => [key, params.message],
  );

/** Calls task_status until its text says this. */
async function statusWith(
  send: (message: Message) => Promise<{ response: Message }>,
  capabilities: object,
  taskId: string,
  text: string,
): Promise<Message> {
  for (;;) {
    const { response } = await send(callAs(capabilities, 'task_status', { taskId }));
    if (textOf(response).includes(text)) return response;
  }
}

/** Calls task_status until the task has ended. */
async function endOf(
  send: (message: Message) => Promise<{ response: Message }>,
  taskId: string,
): Promise<Message> {
  for (;;) {
    const { response } = await send(callAs({}, 'task_status', { taskId }));
    if (!textOf(response).includes('has not finished')) return response;
  }
}

async function namesOf(send: (message: Message) => Promise<{ response: Message }>) {
  const { result } = (await send(request('tools/list'))).response;
  return (result!['tools'] as { name: string }[]).map(({ name }) => name);
}

overWires('K15 a client without the extension', ['node', 'in process'], (bench) => {
  const short = { tasks: { syncWait: 30, autoAfter: 5 } };

  it('gets the result of a task that ends in time', async () => {
    const { send } = await openTasks(bench, tools());
    expect(textOf((await send(call('always'))).response)).toBe('done');
    expect((await send(call('always'))).response.result).toMatchObject({ resultType: 'complete' });
    expect((await send(call('fails'))).response.error).toMatchObject({ code: -31_000 });
  });

  it.each(['always', 'auto'])(
    'gets a text to go on with from %s, and its result from task_status',
    async (name) => {
      const go = gate();
      const { send } = await openTasks(bench, tools(go.opened), short);
      const { response } = await send(call(name));
      expect(response.result).not.toHaveProperty('isError');
      const taskId = taskIn(response);
      expect(textOf(response)).toContain(`task_status with {"taskId":"${taskId}"}`);
      const waiting = (await send(call('task_status', { taskId }))).response;
      expect(taskIn(waiting)).toBe(taskId);
      go.open();
      expect(textOf(await endOf(send, taskId))).toMatch(/^done( in a task)?$/);
    },
  );

  it('asks in rounds before it detaches, and is a task afterwards', async () => {
    const go = gate();
    const { send } = await openTasks(bench, tools(go.opened), short);
    const first = call('detaches');
    const asked = (await send(first)).response;
    expect(questionsOf(asked)).toEqual([['first', 'First?']]);
    const { response } = await send(retry(first, asked, { first: YES }));
    const taskId = taskIn(response);
    await statusWith(send, {}, taskId, 'half of it is done');
    go.open();
    expect(textOf(await endOf(send, taskId))).toBe('true in a task');
  });

  it('runs to its end without tools where nothing is said', async () => {
    const { send } = await openTasks(bench, tools(), short);
    expect(textOf((await send(call('waits'))).response)).toBe('in the call');
  });

  it('is asked the questions of its task by the call itself, in rounds', async () => {
    const { send } = await openTasks(bench, tools());
    const first = call('asks');
    const where = (await send(first)).response;
    expect(questionsOf(where)).toEqual([['q1', 'Where?']]);
    const wrong = (await send(retry(first, where, { q1: region('x') }))).response;
    const [[key, message]] = questionsOf(wrong) as [[string, string]];
    expect([key, message]).toEqual(['q2', expect.stringMatching(/check your answer[^]*Where\?$/)]);
    const sure = (await send(retry(first, wrong, { q2: region('eu') }))).response;
    expect(questionsOf(sure)).toEqual([['q3', 'Sure?']]);
    const { response } = await send(retry(first, sure, { q3: YES }));
    expect(textOf(response)).toBe('{"action":"accept","content":{"region":"eu"}} true');
  });

  it('is asked by task_status; a cancel leaves the question open, a decline answers it', async () => {
    const go = gate();
    const { send } = await openTasks(bench, tools(go.opened), short);
    const taskId = taskIn((await send(call('asks'))).response);
    go.open();
    /** Calls task_status until it asks this. */
    const ask = async (question: string) => {
      for (;;) {
        const status = call('task_status', { taskId });
        const { response } = await send(status);
        if (response.result!['resultType'] !== 'input_required') continue;
        const [[key, message]] = questionsOf(response) as [[string, string]];
        if (message === question) return { status, response, key };
      }
    };
    const one = await ask('Where?');
    const left = retry(one.status, one.response, { [one.key]: { action: 'cancel' } });
    expect(textOf((await send(left)).response)).toContain('"Where?"');
    const two = await ask('Where?');
    await send(retry(two.status, two.response, { [two.key]: { action: 'decline' } }));
    const three = await ask('Sure?');
    await send(retry(three.status, three.response, { [three.key]: YES }));
    expect(textOf(await endOf(send, taskId))).toBe('{"action":"decline"} true');
  });

  it('that cannot be asked gets a text, and somebody else who calls task_status is asked', async () => {
    const { send } = await openTasks(bench, tools(), short);
    const { response } = await send(callAs({}, 'asks'));
    const taskId = taskIn(response);
    const waiting = await statusWith(send, {}, taskId, '"Where?"');
    expect(textOf(waiting)).toContain('Only the user may answer');
    const able = (await send(call('task_status', { taskId }))).response;
    expect(questionsOf(able)).toEqual([['q1', 'Where?']]);
  });

  it('has task_answer once a question is for models, and for no other question', async () => {
    const { send } = await openTasks(bench, tools(), short);
    expect(await namesOf(send)).not.toContain('task_answer');
    const asked = (await send(callAs({}, 'model'))).response;
    const taskId = taskIn(asked);
    const how = `task_answer with {"taskId":"${taskId}","question":"where","answer":{}}`;
    await statusWith(send, {}, taskId, how);
    expect(await namesOf(send)).toContain('task_answer');
    const other = taskIn((await send(callAs({}, 'asks'))).response);
    const args = { question: 'where', answer: { region: 'eu' } };
    await statusWith(send, {}, other, '"Where?"');
    const refused = (await send(callAs({}, 'task_answer', { taskId: other, ...args }))).response;
    expect(refused.result).toMatchObject({ isError: true });
    expect(textOf(refused)).toContain('Only the user');
    const unknown = (await send(callAs({}, 'task_answer', { taskId, ...args, question: 'what' })))
      .response;
    expect(unknown.result).toMatchObject({ isError: true });
    await send(callAs({}, 'task_answer', { taskId, ...args }));
    const expected = '{"action":"accept","content":{"region":"eu"}}';
    expect(textOf(await endOf(send, taskId))).toBe(expected);
  });

  it('cancels with task_cancel, as often as it likes', async () => {
    const ends: string[] = [];
    const begun = gate();
    const setUp = tools(new Promise(() => {}), ends, begun.open);
    const { send } = await openTasks(bench, setUp, short);
    const taskId = taskIn((await send(call('always'))).response);
    await begun.opened;
    expect(textOf((await send(call('task_cancel', { taskId }))).response)).toContain(
      'is cancelled',
    );
    expect(textOf((await send(call('task_cancel', { taskId }))).response)).toContain('already');
    const { response } = await send(call('task_status', { taskId }));
    expect([response.result!['isError'], textOf(response)]).toEqual([
      true,
      expect.stringContaining('was cancelled'),
    ]);
    await until(() => ends.length === 1);
  });

  it('hears from task_status that its task has failed', async () => {
    const go = gate();
    const { send } = await openTasks(bench, tools(go.opened), short);
    const taskId = taskIn((await send(call('fails'))).response);
    go.open();
    const response = await endOf(send, taskId);
    expect(response.result!['isError']).toBe(true);
    expect(textOf(response)).toBe('The task has failed: no such thing');
  });

  it.each(['task_status', 'task_cancel'])(
    '%s knows nothing of a task that there is not',
    async (name) => {
      const { send } = await openTasks(bench, tools());
      const { response } = await send(call(name, { taskId: 'x' }));
      expect([response.result!['isError'], textOf(response)]).toEqual([
        true,
        expect.stringContaining('Unknown or expired'),
      ]);
    },
  );
});

overWires('K15 tasks of another caller', ['fetch'], (bench) => {
  it('are unknown to task_status and task_cancel', async () => {
    const authenticate = (incoming: {
      headers: { get(name: string): string | null | undefined };
    }) => ({
      issuer: 'test',
      subject: incoming.headers.get('authorization') ?? 'nobody',
    });
    const go = gate();
    const { send } = await openTasks(bench, tools(go.opened), {
      http: { authenticate: authenticate as never },
      tasks: { syncWait: 30 },
    });
    onTestFinished(go.open);
    const as = (who: string) => ({ headers: { authorization: who } });
    const taskId = taskIn((await send(call('always'), as('ann'))).response);
    for (const name of ['task_status', 'task_cancel']) {
      const { response } = await send(call(name, { taskId }), as('bob'));
      expect(textOf(response)).toContain('Unknown or expired');
    }
    const { response } = await send(call('task_status', { taskId }), as('ann'));
    expect(taskIn(response)).toBe(taskId);
  });
});

overWires('K15 a call that waits for its task', ['node'], (bench) => {
  it('is cancelled with it when its caller leaves', async () => {
    const ends: string[] = [];
    const begun = gate();
    const { send } = await openTasks(bench, tools(new Promise(() => {}), ends, begun.open));
    const leaving = new AbortController();
    const sent = send(call('auto'), { signal: leaving.signal } as never).catch(() => undefined);
    await begun.opened;
    leaving.abort();
    await sent;
    await until(() => ends.length === 1);
    expect(ends).toEqual(['aborted']);
  });
});

const server = (store = memoryStore()): McpServer =>
  new McpServer({ name: 's', version: '1' }, { logger: silent, store });

it('K15 the tools are there for as long as a tool wants them', async () => {
  const own = server();
  own.registerTool('task_status', {}, () => 'mine').remove();
  const first = own.registerTool('first', TOOLS, () => 'a');
  expect(() => own.registerTool('task_status', {}, () => 'mine')).toThrow(/task_status/);
  expect(() => own.registerTool('task_answer', {}, () => 'mine')).toThrow(/task_answer/);
  first.remove();
  own.registerTool('task_status', {}, () => 'mine');
  expect(() => own.registerTool('second', TOOLS, () => 'b')).toThrow(/task_status/);
  await own.close();
});

it("K15 withoutTasks: 'tools' is refused where it cannot work", () => {
  const own = server();
  const outputSchema = { type: 'object', properties: {} } as const;
  expect(() => own.registerTool('a', { ...TOOLS, outputSchema }, () => ({}) as never)).toThrow(
    /outputSchema/,
  );
  expect(() => own.registerTool('a', { ...TOOLS, task: 'never' }, () => 'a')).toThrow(/never/);
  expect(() => own.registerTool('a', { withoutTasks: 'maybe' as 'wait' }, () => 'a')).toThrow(
    /withoutTasks/,
  );
  const tool = own.registerTool('a', { outputSchema }, () => ({}) as never);
  expect(() => tool.update(TOOLS)).toThrow(/outputSchema/);
});

it.each(['2025-11-25', '2025-06-18'])(
  'K15 an old client of %s goes all the way',
  async (version) => {
    const go = gate();
    const own = new McpServer(
      { name: 's', version: '1' },
      {
        logger: silent,
        store: memoryStore(),
        tasks: { syncWait: 50 },
        state: { keys: ['A'.repeat(43)] },
      },
    );
    tools(go.opened)(own);
    const serving = await serve(own, { port: 0, signals: false });
    onTestFinished(async () => {
      await serving.close();
      await own.close();
    });
    const client = await OldClient.connect(serving.url, {
      version,
      capabilities: { elicitation: {} },
    });
    const { result } = await client.request('tools/list').then((response) => response.reply());
    const names = (result!['tools'] as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['task_status', 'task_cancel']));
    const taskId = taskIn(await client.call('asks'));
    go.open();
    const answered = new Set<unknown>();
    const status = async (): Promise<Message> => {
      const params = { name: 'task_status', arguments: { taskId } };
      const response = await client.request('tools/call', params);
      for (const given of [region('eu'), YES]) {
        const next = await response.message(
          (message) => !answered.has(message.id) && (isQuestion(message) || 'result' in message),
        );
        if (!isQuestion(next)) break;
        answered.add(next.id);
        await client.answer(next, given);
      }
      return response.reply();
    };
    let reply = await status();
    while (textOf(reply).includes('has not finished')) reply = await status();
    expect(textOf(reply)).toBe('{"action":"accept","content":{"region":"eu"}} true');
  },
);
