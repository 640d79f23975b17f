/** The official client of the Tasks extension, `@modelcontextprotocol/ext-tasks`, against a server with tasks. */
import { taskId } from '@modelcontextprotocol/ext-tasks/core';
import {
  type ApplicationInputRequest,
  JsonRpcResponseError,
  createTaskSessionFromClient,
  taskViewFromExecutionEvent,
} from '@modelcontextprotocol/ext-tasks/client';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { describe, expect, it, onTestFinished } from 'vitest';
import { serve } from '../../../src/http/node/serve.ts';
import { PROTOCOL_VERSION, generateKey } from '../../../src/index.ts';
import { taskServer } from '../../programs/tasks/server.ts';
import { Peer } from '../../support/official-client/peer.ts';
import { rawDispatch } from '../../support/official-client/raw-dispatch.ts';
import { built } from '../../support/program.ts';
import { TASKS, YES } from '../../support/tasks.ts';

/** As its documentation has it: what the application can be asked. */
const CAPABILITIES = { elicitation: { form: {} }, sampling: {}, roots: {} };

const FRAMING = {
  protocolVersion: PROTOCOL_VERSION,
  clientInfo: { name: 'official-tasks', version: '1.0.0' },
  clientCapabilities: CAPABILITIES,
};

type Answer = (request: ApplicationInputRequest, key: string) => unknown;

function answerTo({ kind }: ApplicationInputRequest): unknown {
  if (kind === 'elicitation') return YES;
  if (kind === 'roots') return { roots: [{ uri: 'file:///home' }] };
  return { role: 'assistant', model: 'm', content: { type: 'text', text: 'a poem' } };
}

const textResult = (text: string): object => ({ content: [{ type: 'text', text }] });

const WIRES = {
  HTTP: async (pollInterval?: number) => {
    const serving = await serve(taskServer(pollInterval), {
      port: 0,
      signals: false,
      grace: 1_000,
    });
    onTestFinished(() => serving.close());
    return new StreamableHTTPClientTransport(new URL(serving.url));
  },
  stdio: async (pollInterval = 20) => {
    const args = [built('test/programs/tasks/stdio.ts'), String(pollInterval)];
    const env = { RONDO_STATE_KEYS: generateKey() };
    return new StdioClientTransport({ command: process.execPath, args, env });
  },
};

describe.each(Object.entries(WIRES))('the official client of tasks, over %s', (_name, wire) => {
  async function open(answer: Answer = answerTo, pollInterval?: number) {
    const transport = await wire(pollInterval);
    const peer = await Peer.connect(transport, { capabilities: CAPABILITIES });
    onTestFinished(() => peer.client.close());
    const dispatch = rawDispatch(transport);
    const errors: Error[] = [];
    const session = createTaskSessionFromClient(peer.client, {
      endpointId: 'under-test',
      rawDispatch: dispatch,
      v2RequestFraming: FRAMING,
      onError: (error) => void errors.push(error),
      onInputRequest: async (request, { inputId = '' }) => answer(request, inputId) as never,
    });
    onTestFinished(() => session.close());
    /** The end of a call, whatever it asks. */
    const end = async (tool: string) => (await (await session.callTool(tool)).settle()).outcome;
    return { session, dispatch, errors, end, peer };
  }

  it('TS-5 TS-8 creates a task, and has its result; and has that of a call that is none', async () => {
    const { session, end, errors } = await open();
    const execution = await session.callTool('report');
    expect(execution).toMatchObject({ kind: 'task', handle: { taskId: expect.any(String) } });
    const { outcome } = await execution.settle();
    expect(outcome).toMatchObject({ status: 'completed', result: textResult('Reported.') });
    expect((await session.callTool('plain')).kind).toBe('immediate');
    expect(await end('plain')).toMatchObject({ result: textResult('At once.') });
    expect(errors).toEqual([]);
  });

  it.each([
    ['accept', 'yes'],
    ['decline', 'no'],
    ['cancel', 'no'],
  ])('TS-9 TS-12 is asked in the middle, and answers %s', async (action, result) => {
    const asked: unknown[] = [];
    const { end, errors } = await open((request, key) => {
      asked.push([key, request.kind, request.params?.['message']]);
      return { action, ...(action === 'accept' && { content: { confirm: true } }) };
    });
    expect(await end('approve')).toMatchObject({ result: textResult(result) });
    expect(asked).toEqual([['sure', 'elicitation', 'Sure?']]);
    expect(errors).toEqual([]);
  });

  it('TS-11 is asked again under another key after an answer that is wrong', async () => {
    const keys: string[] = [];
    const { end, errors } = await open((_request, key) => {
      keys.push(key);
      return { action: 'accept', content: keys.length === 1 ? { other: 1 } : { confirm: true } };
    });
    expect(await end('approve')).toMatchObject({ result: textResult('yes') });
    expect(keys).toEqual(['sure', 'sure~2']);
    expect(errors).toEqual([]);
  });

  it('TS-13 answers some of several questions first, and is asked only the rest', async () => {
    const keys: string[] = [];
    const { end } = await open((request, key) => {
      keys.push(key);
      if (keys.length === 2) throw new Error('The model is away.');
      return answerTo(request);
    });
    expect(await end('several')).toMatchObject({ result: textResult('true, a poem, 1 root') });
    expect(keys).toEqual(['form', 'model', 'folders', 'model']);
  });

  it('TS-22 answers in rounds, and then in the task that the call has become', async () => {
    const scopes: string[] = [];
    const { session, peer } = await open((request, key) => {
      scopes.push(key);
      return answerTo(request);
    });
    const execution = await session.callTool('detaches');
    expect([execution.kind, scopes]).toEqual(['task', ['before']]);
    const { outcome } = await execution.settle();
    expect(outcome).toMatchObject({ result: textResult('true, true') });
    expect(scopes).toEqual(['before', 'after']);
    expect(peer.errors).toEqual([]);
  });

  it('TS-14 cancels, and the task stays cancelled', async () => {
    const { session } = await open();
    const execution = await session.callTool('hang');
    await execution.cancel();
    expect(await execution.result()).toMatchObject({ status: 'cancelled' });
    const { handle } = execution;
    expect(await session.task(handle!.taskId).snapshot()).toMatchObject({ status: 'cancelled' });
    await session.cancelTask(handle!.taskId);
  });

  it('TS-10 a JSON-RPC error fails a task, and an error of the tool is its result', async () => {
    const { end } = await open();
    const error = { code: -31_000, message: 'No such thing.', data: { thing: 1 } };
    expect(await end('protocol_error')).toMatchObject({ status: 'failed', error });
    const result = { isError: true, ...textResult('It went wrong.') };
    expect(await end('tool_error')).toMatchObject({ status: 'completed', result });
  });

  it('sees by polling how far a task is', async () => {
    const messages: (string | undefined)[] = [];
    const { session } = await open(answerTo);
    const execution = await session.callTool('parts');
    const onEvent = (event: Parameters<typeof taskViewFromExecutionEvent>[0]): void => {
      messages.push(taskViewFromExecutionEvent(event)?.statusMessage);
    };
    const { outcome } = await execution.settle({ onEvent });
    expect(outcome).toMatchObject({ result: textResult('Both.') });
    const seen = messages.filter((message, i) => message && message !== messages[i - 1]);
    expect(seen).toEqual(['part 1', 'part 2']);
  });

  it('TS-20 TS-21 is driven to the end by notifications, where it would not look for an hour', async () => {
    const { session, dispatch, errors } = await open(answerTo, 3_600_000);
    const execution = await session.callTool('approve');
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': FRAMING.protocolVersion,
      'io.modelcontextprotocol/clientInfo': FRAMING.clientInfo,
      'io.modelcontextprotocol/clientCapabilities': { extensions: { [TASKS]: {} } },
    };
    const params = { notifications: { taskIds: [execution.handle!.taskId] }, _meta };
    dispatch({ method: 'subscriptions/listen', params }).catch(() => undefined);
    const { outcome } = await execution.settle();
    expect(outcome).toMatchObject({ status: 'completed', result: textResult('yes') });
    expect(errors).toEqual([]);
  });

  it('TS-15 is refused a task that there is not', async () => {
    const { session } = await open();
    const controller = session.task(taskId('unknown'));
    for (const attempt of [
      () => controller.snapshot(),
      () => controller.updateJson({ sure: YES }),
      () => controller.cancel(),
    ]) {
      const error = await attempt().then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(JsonRpcResponseError);
      expect(error).toMatchObject({ code: -32_602, message: 'Unknown or expired task' });
    }
  });
});
