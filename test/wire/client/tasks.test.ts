/** Our client follows tasks to their end. */
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  Client,
  type ClientOptions,
  type FlowSnapshot,
  type Task,
} from '../../../src/client/index.ts';
import { serve } from '../../../src/http/node/serve.ts';
import { RpcError } from '../../../src/protocol/rpc-error.ts';
import { McpServer } from '../../../src/server/server.ts';
import { memoryStore } from '../../../src/stores/memory-store.ts';
import { silent } from '../../support/logger.ts';

const KEYS = ['AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'];

async function connect(setUp: (server: McpServer) => void, given: Partial<ClientOptions> = {}) {
  const options = {
    store: memoryStore(),
    logger: silent,
    state: { keys: KEYS },
    tasks: { pollInterval: 20 },
  };
  const server = new McpServer({ name: 'under-test', version: '1.0.0' }, options);
  setUp(server);
  const serving = await serve(server, { port: 0, signals: false });
  const asked: string[] = [];
  const client = new Client(serving.url, {
    name: 'client',
    version: '1.0.0',
    onElicit: (_question, { key }) => {
      asked.push(key);
      return { action: 'accept', content: { confirm: true } };
    },
    ...given,
  });
  onTestFinished(async () => {
    await client.close();
    await serving.close();
    await server.close();
  });
  return { client, asked, server };
}

/** A task that nobody follows. */
async function beginTask(client: Client): Promise<string> {
  const flow = client.start('tools/call', { name: 'index' });
  await flow.advance();
  return flow.taskId!;
}

const asking = (server: McpServer): void => {
  server.registerTool('pay', { task: 'always' }, async (ctx) => {
    const first = await ctx.confirm('first', 'First?');
    await ctx.sleep('nap', 5);
    const { a, b } = await ctx.all({ a: ctx.confirm('a', 'A?'), b: ctx.confirm('b', 'B?') });
    return JSON.stringify([first, a, b]);
  });
};

describe('a call that becomes a task', () => {
  it('TC-1 TC-3 TC-4 TC-5 TC-7 TC-9 is followed to its end, and each question asked once', async () => {
    const { client, asked } = await connect(asking);
    const { content } = await client.callTool('pay');
    expect(content).toMatchObject([{ text: '[true,true,true]' }]);
    expect(asked).toEqual(['first', 'a', 'b']);
  });

  it('TC-9 fails with the error of its task', async () => {
    const { client } = await connect((server) => {
      server.registerTool('fails', { task: 'always' }, () => {
        throw new RpcError(-31_000, 'no such thing', { thing: 1 });
      });
    });
    const failed = client.callTool('fails');
    await expect(failed).rejects.toMatchObject({ code: -31_000, data: { thing: 1 } });
  });

  it('TC-2 asks in rounds before it is one', async () => {
    const { client, asked } = await connect((server) => {
      server.registerTool('go', {}, async (ctx) => {
        const first = await ctx.confirm('first', 'First?');
        await ctx.detach();
        return `${first} ${await ctx.confirm('second', 'Second?')}`;
      });
    });
    expect((await client.callTool('go')).content).toMatchObject([{ text: 'true true' }]);
    expect(asked).toEqual(['first', 'second']);
  });

  it('goes on in another process from its snapshot', async () => {
    const { client } = await connect(asking);
    const flow = client.start('tools/call', { name: 'pay', arguments: {} });
    await flow.advance();
    expect([flow.status, flow.round]).toEqual(['working', 1]);
    await flow.advance();
    expect([flow.status, Object.keys(flow.questions)]).toEqual(['asking', ['first']]);
    const saved = JSON.parse(JSON.stringify(flow)) as FlowSnapshot;
    const resumed = client.resume(saved);
    expect(resumed.taskId).toBe(flow.taskId);
    await expect(resumed.advance()).rejects.toMatchObject({ code: 'not_asked' });
    resumed.answer('first', { action: 'accept', content: { confirm: true } });
    await resumed.advance();
    expect(resumed.unanswered).toEqual(['a', 'b']);
    resumed.answer('b', { action: 'decline' });
    await resumed.advance();
    expect(resumed.unanswered).toEqual(['a']);
    resumed.answer('a', { action: 'accept', content: { confirm: true } });
    await resumed.advance();
    expect(resumed.result).toMatchObject({ content: [{ text: '[true,true,false]' }] });
    expect(resumed.taskId).toBeUndefined();
  });

  it('is seen, followed and cancelled by its id, and its changes are heard', async () => {
    let goOn!: () => void;
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    const { client } = await connect((server) => {
      server.registerTool('index', { task: 'always' }, async (ctx) => {
        ctx.status('half');
        await gate;
        return String(await ctx.confirm('use', 'Use it?'));
      });
    });
    const seen: (string | undefined)[][] = [];
    let atHalf!: (taskId: string) => void;
    const id = new Promise<string>((resolve) => (atHalf = resolve));
    const onTask = ({ taskId, status, statusMessage }: Task): void => {
      seen.push([status, statusMessage]);
      if (statusMessage === 'half') atHalf(taskId);
    };
    const called = client.callTool('index', {}, { onTask });
    const task = client.task(await id);
    expect(await task.get()).toMatchObject({ status: 'working', statusMessage: 'half' });
    const flow = task.follow();
    await flow.look();
    expect([flow.status, flow.server?.name]).toEqual(['working', 'under-test']);
    const another = client.task(await beginTask(client));
    await another.cancel();
    expect((await another.get()).status).toBe('cancelled');
    await expect(another.follow().advance()).rejects.toMatchObject({ code: 'cancelled' });
    goOn();
    expect((await called).content).toMatchObject([{ text: 'true' }]);
    expect(seen.at(-1)).toEqual(['completed', 'half']);
    expect(new Set(seen.map(String)).size).toBe(seen.length);
    expect(() => client.task('')).toThrow('The id of a task');
    await expect(client.start('tools/call', { name: 'index' }).look()).rejects.toMatchObject({
      code: 'not_asked',
    });
  });

  it('TC-6 is cancelled with its signal if that is asked for, and goes on otherwise', async () => {
    const ends: string[] = [];
    let begun!: () => void;
    let aborted!: () => void;
    let finish!: () => void;
    const { client } = await connect((server) => {
      server.registerTool('hang', { task: 'always' }, async (ctx) => {
        begun();
        const finished = new Promise<void>((resolve) => (finish = resolve));
        const cancelled = new Promise<string>((resolve) =>
          ctx.signal.addEventListener('abort', () => resolve('cancelled')),
        );
        ends.push(await Promise.race([finished.then(() => 'finished'), cancelled]));
        aborted();
        return 'late';
      });
    });
    for (const cancelTask of [false, true]) {
      const hasBegun = new Promise<void>((resolve) => (begun = resolve));
      const hasEnded = new Promise<void>((resolve) => (aborted = resolve));
      const leaving = new AbortController();
      const called = client.callTool('hang', {}, { signal: leaving.signal, cancelTask });
      const failed = called.catch((error: unknown) => error);
      await hasBegun;
      await new Promise((resolve) => setTimeout(resolve, 50));
      leaving.abort();
      expect(await failed).toMatchObject({ code: 'cancelled' });
      if (!cancelTask) finish();
      await hasEnded;
    }
    expect(ends).toEqual(['finished', 'cancelled']);
  });
});
