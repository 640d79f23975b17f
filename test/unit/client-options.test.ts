/** Options of a client that are misspelled, misplaced or of the wrong type are refused. */
import { describe, expect, it } from 'vitest';
import { McpServer } from 'mcp-rondo';
import { Client, type Subscription, type Target } from 'mcp-rondo/client';

const URL_ = 'http://127.0.0.1:9/mcp';

const make = (options: unknown, target: unknown = URL_): Client =>
  new Client(target as Target, { name: 'c', version: '1', ...(options as object) });

function refusal(words: string): unknown {
  return expect.objectContaining({
    code: 'invalid_options',
    message: expect.stringContaining(words) as string,
  });
}

describe('a client refuses an option', () => {
  it.each([
    [{ headers: {} }, "'headers' is not an option of Client. It belongs under 'http'"],
    [{ authorize: () => true }, "It belongs under 'http'"],
    [{ http: { header: {} } }, "Did you mean 'headers'?"],
    [{ http: { timeout: 5 } }, 'It belongs in the options of Client itself'],
    [{ onElicitation: () => {} }, "Did you mean 'onElicit'?"],
    [{ onElicitURL: () => {} }, "Did you mean 'onElicitUrl'?"],
    [{ cache: { ctx: 'ada' } }, "'cache.ctx' is not an option of Client"],
    [{ capabilities: { elicitation: {} } }, 'follow from the handlers'],
    [{ allowInsecureUrls: 'false' }, "'allowInsecureUrls'"],
    [{ http: { headers: 'Authorization: x' } }, "'http.headers'"],
    [{ http: { headers: new Map([['Authorization', 'x']]) } }, "'http.headers'"],
    [{ http: { authorize: true } }, "'http.authorize'"],
    [{ http: { fetch: {} } }, "'http.fetch'"],
    [{ http: { maxMessageBytes: Number.NaN } }, "'http.maxMessageBytes'"],
    [{ cache: { store: new Map(), context: '' } }, "'cache.context'"],
    [{ cache: { store: {} } }, "'cache.store'"],
    [{ timeout: 0 }, "'timeout'"],
    [{ timeout: Number.NaN }, "'timeout'"],
    [{ maxRounds: 1.5 }, "'maxRounds'"],
    [{ onElicit: {} }, "'onElicit'"],
    [{ roots: 'file:///a' }, "'roots'"],
    [{ sampling: { tools: 'yes' } }, "'sampling.tools'"],
    [{ logger: { warn() {} } }, "'logger'"],
    [{ name: '' }, 'needs a name and a version'],
    [{ version: undefined }, 'needs a name and a version'],
  ])('%j', (options, words) => {
    expect(() => make(options)).toThrow(refusal(words));
  });

  it.each([
    [{ command: 'node', arguments: ['x'] }, "'arguments' is not an option of a server command"],
    [{ command: 'node', shell: true }, 'never by a shell'],
    [{ command: 'node', args: ['x', 7] }, "'args' of a server command must be an array of texts"],
    [{ command: 'node', env: ['A=b'] }, "'env'"],
    [{ command: 'node', stderr: 'pipe' }, "'stderr'"],
    [{ command: undefined }, 'started by a command'],
  ])('of a program: %j', (target, words) => {
    expect(() => make({}, target)).toThrow(refusal(words));
  });

  it('none at all', () => {
    expect(() => new Client(URL_, undefined as never)).toThrow(refusal('must be an object'));
  });

  it('but takes undefined for absent, and Infinity for no deadline', () => {
    make({ http: { headers: undefined }, stranger: undefined, timeout: Infinity });
    make(Object.freeze({ http: Object.freeze({ headers: () => ({}) }), roots: () => [] }));
  });
});

describe('a call refuses an option', () => {
  const server = new McpServer({ name: 's', version: '1' });
  server.registerTool('t', {}, () => 'done');
  const client = new Client(server, { name: 'c', version: '1' });

  it.each([
    [
      { onprogress: () => {} },
      "'onprogress' is not an option of a call. Did you mean 'onProgress'?",
    ],
    [{ maxTotalTimeout: 5 }, "Did you mean 'maxTimeout', which"],
    [{ resetTimeoutOnProgress: true }, 'Progress always restarts the timeout'],
    [{ timeout: -1 }, "'timeout'"],
    [{ signal: new AbortController() }, "'signal' of a call must be an AbortSignal"],
    [{ logLevel: 'warn' }, "'logLevel'"],
    [{ cache: 'no-store' }, "'cache'"],
    [{ meta: 'x' }, "'meta'"],
  ])('%j', async (options, words) => {
    await expect(client.callTool('t', {}, options as never)).rejects.toEqual(refusal(words));
    await expect(client.listTools(options as never)).rejects.toEqual(refusal(words));
    const stepper = client.start('tools/call', { name: 't' });
    await expect(stepper.advance(options as never)).rejects.toEqual(refusal(words));
  });

  it.each([{ timeout: 5 }, { signl: undefined, onProgress: () => {} }, { signal: {} }])(
    'of client.listen(): %j',
    async (options) => {
      await expect(client.listen({}, options as never)).rejects.toEqual(refusal('client.listen()'));
    },
  );

  it('of what to listen to, where a name is nearly the right one', async () => {
    const listen = (filter: unknown): Promise<unknown> => client.listen(filter as never);
    await expect(listen({ toolListChanged: true })).rejects.toEqual(refusal("'toolsListChanged'"));
    await expect(listen('toolsListChanged')).rejects.toEqual(refusal('takes an object'));
    const ofOthers = { 'example.com/weather': true };
    const subscription = (await listen(ofOthers)) as Subscription;
    subscription.close();
  });

  it.each([['x'], [7], [[]]])(
    'an output schema that is none, before it is sent: %j',
    async (outputSchema) => {
      let calls = 0;
      const counting = new McpServer({ name: 's', version: '1' });
      counting.registerTool('t', {}, () => `${++calls}`);
      const one = new Client(counting, { name: 'c', version: '1' });
      const call = one.callTool('t', {}, { outputSchema } as never);
      await expect(call).rejects.toEqual(refusal("'outputSchema' of a call must be a schema"));
      expect(calls).toBe(0);
    },
  );

  it('but takes what the types allow', async () => {
    const { signal } = new AbortController();
    const options = { signal, timeout: Infinity, meta: { traceparent: 'x' }, onLog: undefined };
    const result = await client.callTool('t', {}, options as never);
    expect(result.content).toEqual([{ type: 'text', text: 'done' }]);
  });
});
