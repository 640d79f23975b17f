import { expect, it } from 'vitest';
import * as z from 'zod';
import { KeyRing, generateKey } from '../../src/state/key-ring.ts';
import { Sealer } from '../../src/state/sealer.ts';
import { MetaKey } from '../../src/protocol/names/meta.ts';
import { accepted } from '../../src/flow/asks/accepted.ts';
import { RpcError } from '../../src/protocol/rpc-error.ts';
import type { Context } from '../../src/server/flows/context.ts';
import type { FlowOptions } from '../../src/server/requests/flow-policy.ts';
import { inputRequired } from '../../src/server/flows/manual.ts';
import { ResourceTemplate } from '../../src/server/resources/resource-template.ts';
import type { McpServer } from '../../src/server/server.ts';
import type { FailedCheck } from '../../src/state/claims.ts';
import { type TestFlow, testServer } from '../../src/testing/index.ts';
import { ALL_WIRES, TEST_KEY, overWires } from '../support/each-wire.ts';
import { silent } from '../support/logger.ts';
import { type Message, call, meta, request, retry, textOf } from '../support/messages.ts';

const Reason = z.object({ reason: z.string().min(3) });

const YES = { action: 'accept', content: { confirm: true } };

/** The example of the README, more or less. */
function deploying(log: string[] = []) {
  return (server: McpServer): void => {
    server.registerTool(
      'deploy',
      { inputSchema: z.object({ env: z.enum(['staging', 'prod']) }) },
      async ({ env }, ctx) => {
        const plan = await ctx.step('plan', () => {
          log.push('plan');
          return { build: 'b42' };
        });
        const params = { message: `Deploy ${plan.build} to ${env}?`, schema: Reason };
        const go = await ctx.elicit('go', params);
        if (go.action !== 'accept') return `Nothing deployed (${go.action}).`;
        await ctx.step('release', () => void log.push('release'));
        return `Deployed ${plan.build} to ${env}: ${go.content.reason}.`;
      },
    );
  };
}

/** What is in a sealed state: to find it takes the key. */
function unsealed(state: unknown): string {
  return new Sealer(new KeyRing([TEST_KEY]), 'state').open(String(state))!;
}

const stateOf = (message: Message): string => message.result!['requestState'] as string;

overWires('a question', ALL_WIRES, ({ open, factory }) => {
  it('MS-3 MS-4 MS-5 MS-13 a question goes out as a result with bare requests and a state', async () => {
    const { send } = await open(deploying());
    const { response } = await send(call('deploy', { env: 'prod' }));
    expect(response.result).toEqual({
      resultType: 'input_required',
      inputRequests: {
        go: {
          method: 'elicitation/create',
          params: {
            mode: 'form',
            message: 'Deploy b42 to prod?',
            requestedSchema: {
              type: 'object',
              properties: { reason: { type: 'string', minLength: 3 } },
              required: ['reason'],
            },
          },
        },
      },
      requestState: expect.stringMatching(/^[\w-]+$/),
      _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'under-test', version: '1.2.3' } },
    });
  });

  it('MS-1 a question is never a request of the server, whatever it asks', async () => {
    const { send } = await open((server) =>
      server.registerTool('ask', {}, async (ctx) => {
        const text = { type: 'text', text: 'Hi' } as const;
        await ctx.all({
          form: ctx.confirm('form', 'Yes?'),
          url: ctx.elicitUrl('url', { message: 'Here', url: 'https://example.com' }),
          said: ctx.sample('said', { messages: [{ role: 'user', content: text }], maxTokens: 9 }),
          roots: ctx.listRoots(),
        });
        return 'done';
      }),
    );
    const capabilities = { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} };
    const { messages, response } = await send(
      request('tools/call', { name: 'ask' }, { [MetaKey.clientCapabilities]: capabilities }),
    );
    expect(messages).toHaveLength(1);
    expect(response).not.toHaveProperty('method');
    const { inputRequests } = response.result as { inputRequests: Record<string, object> };
    expect(Object.keys(inputRequests)).toEqual(['form', 'url', 'said', 'roots']);
    for (const bare of Object.values(inputRequests)) expect(bare).not.toHaveProperty('id');
  });

  it('MS-26 a question carries no cache hints, and MS-25 is the last message', async () => {
    const { send } = await open((server) =>
      server.registerTool('ask', {}, async (ctx) => {
        ctx.progress(1, 2);
        return String(await ctx.confirm('go', 'Go?'));
      }),
    );
    const first = request('tools/call', { name: 'ask' }, { progressToken: 'p' });
    const { messages, response } = await send({ ...first, id: 'p' });
    expect(messages.map((message) => message.method ?? 'response')).toEqual([
      'notifications/progress',
      'response',
    ]);
    expect(response.result).not.toHaveProperty('ttlMs');
    expect(response.result).not.toHaveProperty('cacheScope');
  });

  it('MS-10 a question is continued by a server that shares nothing but a key', async () => {
    const logs: [string[], string[]] = [[], []];
    const one = await open(deploying(logs[0]));
    const other = await open(deploying(logs[1]));
    const first = call('deploy', { env: 'prod' });
    const asked = await one.send(first);
    const answers = { go: { action: 'accept', content: { reason: 'tested' } } };
    const { response } = await other.send(retry(first, asked.response, answers));
    expect(textOf(response)).toBe('Deployed b42 to prod: tested.');
    expect(logs).toEqual([['plan'], ['release']]);
  });

  it('MS-11 a question can be followed by more, each with a state of its own', async () => {
    const counting = testServer(
      factory((server) =>
        server.registerTool('count', {}, async (ctx) => {
          let yes = 0;
          for (let i = 0; i < 3; i++) if (await ctx.confirm(`q${i}`, `Question ${i}?`)) yes++;
          return `${yes} times yes`;
        }),
      ),
    );
    const flow = await counting.callTool('count');
    const states = new Set<string>();
    for (let i = 0; i < 3; i++) {
      flow.tamper((state) => (states.add(state), state));
      await (i === 1 ? flow.decline('q1') : flow.answer(`q${i}`, true));
    }
    expect(flow.text).toBe('2 times yes');
    expect(states.size).toBe(3);
  });

  it('MS-6 MS-7 a question can come with others, of all kinds', async () => {
    const all = testServer(
      factory((server) =>
        server.registerTool('all', {}, async (ctx) => {
          const got = await ctx.all({
            form: ctx.elicit('form', { message: 'Why?', schema: Reason }),
            url: ctx.elicitUrl('url', { message: 'Open', url: 'https://example.com/x' }),
            model: ctx.sample('model', { messages: [], maxTokens: 1 }),
            roots: ctx.listRoots(),
          });
          return JSON.stringify([
            accepted(got.form).reason,
            got.url.action,
            got.model.model,
            got.roots,
          ]);
        }),
      ),
    );
    const flow = await all.callTool('all');
    const asked = flow.asks.map((key) => flow.expectAsk(key).request);
    expect(flow.asks).toEqual(['form', 'url', 'model', 'roots']);
    expect(asked.map(({ method }) => method)).toEqual([
      'elicitation/create',
      'elicitation/create',
      'sampling/createMessage',
      'roots/list',
    ]);
    for (const bare of asked) expect(bare).not.toHaveProperty('id');
    await flow.answer('form', { reason: 'because' });
    await flow.answer('url');
    const content = { type: 'text', text: 'hi' } as const;
    await flow.answer('model', { role: 'assistant', content, model: 'm1' });
    await flow.answer('roots', [{ uri: 'file:///srv' }]);
    expect(flow.text).toBe('["because","accept","m1",[{"uri":"file:///srv"}]]');
  });

  it('MS-22 a question that is not answered is asked again, and MS-21 unknown keys are ignored', async () => {
    const { send } = await open(deploying());
    const first = call('deploy', { env: 'prod' });
    const { response } = await send(first);
    const again = await send(retry(first, response, { other: YES }));
    expect(again.response.result).toMatchObject({ resultType: 'input_required' });
    const answers = { go: { action: 'accept', content: { reason: 'tested', x: 1 } }, other: 1 };
    expect(textOf((await send(retry(first, again.response, answers))).response)).toContain(
      'tested',
    );
  });

  it('MS-20 EL-7 a question that is answered wrongly is asked again, saying what was wrong', async () => {
    const flow = await testServer(factory(deploying())).callTool('deploy', { env: 'prod' });
    await flow.answerWrongly('go', { reason: 'x' });
    flow.expectAsk('go', { message: /- reason: .+\n\nDeploy b42 to prod\?$/s });
  });

  it('MS-20 inputResponses that are not an object are refused', async () => {
    const { send } = await open(deploying());
    const first = call('deploy', { env: 'prod' });
    const { response } = await send(first);
    for (const bad of [null, [], 'x', 1, true]) {
      const answered = await send(retry(first, response, bad as never));
      expect(answered.response.error).toMatchObject({ code: -32602 });
    }
  });

  it('MS-23 a question can be declined or cancelled: that is an answer', async () => {
    for (const action of ['decline', 'cancel'] as const) {
      const flow = await testServer(factory(deploying())).callTool('deploy', { env: 'prod' });
      await flow[action]('go');
      flow.expectResult();
      expect(flow.text).toBe(`Nothing deployed (${action}).`);
    }
  });

  it('MS-23 a refusal that nobody catches is an error result that says so', async () => {
    const must = testServer(
      factory((server) =>
        server.registerTool('must', {}, async (ctx) => {
          return accepted(await ctx.elicit('why', { message: 'Why?', schema: Reason })).reason;
        }),
      ),
    );
    const flow = await must.callTool('must');
    await flow.decline('why');
    expect(flow.expectError(/decline/)).not.toHaveProperty('code');
  });

  it('MS-24 F17 a checkpoint has a state and no questions', async () => {
    const { send } = await open((server) =>
      server.registerTool('long', {}, async (ctx) => {
        const half = await ctx.step('half', () => 21);
        await ctx.checkpoint('half-way');
        return String(half * 2);
      }),
    );
    const first = call('long');
    const { response } = await send(first);
    expect(response.result).toMatchObject({ resultType: 'input_required' });
    expect(response.result).not.toHaveProperty('inputRequests');
    const second = retry(first, response, {});
    delete second.params['inputResponses'];
    expect(textOf((await send(second)).response)).toBe('42');
  });

  it('MS-8 MS-9 a question goes only to clients that declared it in this very request', async () => {
    const { send } = await open(deploying());
    const first = call('deploy', { env: 'prod' });
    const bare = { ...first, params: { ...first.params, _meta: meta({}) } };
    const refused = await send(bare);
    expect(refused.response.error).toMatchObject({
      code: -32021,
      data: { requiredCapabilities: { elicitation: { form: {} } } },
    });
    expect([400, undefined]).toContain(refused.status);
    const { response } = await send({ ...first, id: 'again' });
    const later = retry(first, response, {});
    const weaker = { ...later, params: { ...later.params, _meta: meta({ sampling: {} }) } };
    expect((await send(weaker)).response.error?.code).toBe(-32021);
    const answers = { go: { action: 'accept', content: { reason: 'tested' } } };
    const done = await send(retry(first, response, answers));
    expect(textOf(done.response)).toContain('Deployed');
  });

  it('F11 what a tool requires is checked before it runs', async () => {
    let ran = false;
    const { send } = await open((server) =>
      server.registerTool('needs', { requires: { sampling: { tools: {} } } }, () => {
        ran = true;
        return 'ran';
      }),
    );
    const first = call('needs');
    const weak = { ...first, params: { ...first.params, _meta: meta({ sampling: {} }) } };
    expect((await send(weak)).response.error).toMatchObject({
      code: -32021,
      data: { requiredCapabilities: { sampling: { tools: {} } } },
    });
    expect(ran).toBe(false);
  });

  it('MS-12 a question leaves nothing open for clients that never come back', async () => {
    let open_ = 0;
    const { send } = await open((server) =>
      server.registerTool('ask', {}, async (ctx) => {
        open_++;
        ctx.onRoundEnd(() => open_--);
        return String(await ctx.confirm('go', 'Go?'));
      }),
    );
    await Promise.all(Array.from({ length: 20 }, (_, i) => send({ ...call('ask'), id: `n${i}` })));
    expect(open_).toBe(0);
  });
});

overWires('prompts and resources', ALL_WIRES, ({ open, factory }) => {
  const asking = (server: McpServer): void => {
    server.registerPrompt('about', {}, async (ctx) => {
      const why = await ctx.elicit('why', { message: 'Why?', schema: Reason });
      return `Because ${accepted(why).reason}`;
    });
    const cacheHint = { ttlMs: 60_000 };
    server.registerResource('secret', 'doc://secret', { cacheHint }, async (_uri, ctx) =>
      (await ctx.confirm('may', 'May I?')) ? 'the secret' : undefined,
    );
    const read = async (id: string, ctx: Context): Promise<string> =>
      `${id}: ${String(await ctx.confirm('may', `Read ${id}?`))}`;
    server.registerResource(
      'page',
      new ResourceTemplate('doc://page/{id}', { list: undefined }),
      {},
      (_uri, { id }, ctx) => read(String(id), ctx),
    );
  };

  it('PR-4 a prompt can ask', async () => {
    const flow = await testServer(factory(asking)).getPrompt('about');
    const declined = flow.fork();
    await flow.answer('why', { reason: 'I can' });
    expect(flow.expectResult()).toMatchObject({
      resultType: 'complete',
      messages: [{ role: 'user', content: { type: 'text', text: 'Because I can' } }],
    });
    await declined.decline('why');
    expect(declined.expectError(/decline/)).toMatchObject({ code: -32603 });
  });

  it('RE-4 a resource can ask; T28 MC-12 what comes of it may not be kept', async () => {
    for (const [uri, text] of [
      ['doc://secret', 'the secret'],
      ['doc://page/7', '7: true'],
    ] as const) {
      const flow = await testServer(factory(asking)).readResource(uri);
      await flow.answer('may', true);
      expect(flow.expectResult()).toMatchObject({
        contents: [{ uri, text }],
        ttlMs: 0,
        cacheScope: 'private',
      });
    }
  });

  it('EL-11 SA-4 what no client may be asked is not asked, with inputRequired either', async () => {
    const use = { type: 'tool_use', id: 'a', name: 'n', input: {} } as const;
    const mistakes = [
      () => inputRequired.elicitUrl({ message: 'Sign in', url: 'https://me:secret@example.com' }),
      () =>
        inputRequired.createMessage({ messages: [{ role: 'user', content: use }], maxTokens: 1 }),
    ];
    for (const ask of mistakes) {
      const { send } = await open((server) =>
        server.registerTool('t', {}, () => inputRequired({ inputRequests: { a: ask() } })),
      );
      const { response } = await send(call('t'));
      expect(response.error).toEqual({ code: -32603, message: 'Internal error' });
    }
  });

  it('MS-2 lists, completion and discovery cannot ask', async () => {
    const { send } = await open((server) => {
      asking(server);
      server.registerTool('t', {}, () => 'x');
    });
    const others = [
      'tools/list',
      'prompts/list',
      'resources/list',
      'resources/templates/list',
      'server/discover',
    ];
    for (const method of others) {
      const { response } = await send(request(method, { inputResponses: {}, requestState: 'x' }));
      expect(response.result?.['resultType']).toBe('complete');
    }
  });
});

overWires('a state', ALL_WIRES, ({ open, factory }) => {
  const refusal = {
    code: -32602,
    message: 'Invalid or expired requestState',
    data: { reason: 'request_state' },
  };

  async function refused(
    change: (message: Message & { params: Record<string, unknown> }) => Message,
    options = {},
    otherOptions = {},
  ): Promise<void> {
    const checks: string[] = [];
    const one = await open(deploying(), options);
    const other = await open(
      (server) => {
        deploying()(server);
        server.registerTool('undeploy', { inputSchema: { type: 'object' } }, async (_args, ctx) =>
          String(await ctx.confirm('go', 'Go?')),
        );
      },
      {
        on: (event) => event.type === 'state_refused' && checks.push(event.check),
        ...otherOptions,
      },
    );
    const first = call('deploy', { env: 'prod' });
    const { response } = await one.send(first);
    const answers = { go: { action: 'accept', content: { reason: 'tested' } } };
    const answered = await other.send(change(retry(first, response, answers) as never));
    expect(answered.response.error).toEqual(refusal);
    expect(checks).toHaveLength(1);
  }

  const with_ = (params: Record<string, unknown>) => (message: Message) => ({
    ...message,
    params: { ...message.params, ...params },
  });

  it('MS-15 S3 a state that was changed is refused, always with the same error', () =>
    refused((message) =>
      with_({ requestState: `${String(message.params['requestState'])}-TAMPERED` })(message),
    ));

  it('S1 a state is refused without its seal, in which a server may keep it to itself', () =>
    refused((message) =>
      with_({ requestState: unsealed(message.params['requestState']) })(message),
    ));

  it('MS-15 a state that is not a string is refused', () => refused(with_({ requestState: 7 })));

  it('T2 an empty state is refused: it is present', () => refused(with_({ requestState: '' })));

  it('MS-18 a state is refused with other arguments', () =>
    refused(with_({ arguments: { env: 'staging' } })));

  it('MS-18 a state is refused for another tool', () => refused(with_({ name: 'undeploy' })));

  it('S4 a state is refused under another key', () =>
    refused((message) => message, { state: { keys: [generateKey()] } }));

  it('S2 a state is refused by another server', () =>
    refused((message) => message, { audience: 'staging' }));

  /** What it was refused for, and that the wire hears the one frozen error. */
  function expectRefusal(flow: TestFlow, check: FailedCheck): void {
    flow.expectRefused(check);
    const { code, message, data } = flow.error!;
    expect({ code, message, data }).toEqual(refusal);
  }

  const askingOnce =
    (config: FlowOptions = {}) =>
    (server: McpServer): void => {
      server.registerTool('ask', config, async (ctx) => String(await ctx.confirm('a', 'A?')));
    };

  it('MS-17 S8 a state is refused when it has expired', async () => {
    const server = testServer(factory(askingOnce({ stateTtl: 1 })));
    const within = await server.callTool('ask');
    const late = within.fork();
    server.advance(60_001);
    await within.answer('a', true);
    expect(within.text).toBe('true');
    server.advance(1);
    await late.answer('a', true);
    expectRefusal(late, 'expired');
  });

  it('S8 SE-6 a state does not outlive its flow, however often it is renewed', async () => {
    const server = testServer(factory(askingOnce(), { state: { flowTtl: 1_000 } }));
    const flow = await server.callTool('ask');
    server.advance(50_000);
    await flow.send();
    flow.expectAsk('a');
    server.advance(12_000);
    await flow.answer('a', true);
    expectRefusal(flow, 'expired');
  });

  it('F12 a state is refused by another version of the handler unless that accepts it', async () => {
    const server = testServer(factory(askingOnce({ version: '1' })));
    const flow = await server.callTool('ask');
    const other = flow.fork();
    server.deploy(factory(askingOnce({ version: '2' })));
    await flow.answer('a', true);
    expectRefusal(flow, 'version');
    server.deploy(factory(askingOnce({ version: '2', accepts: ['1'] })));
    await other.answer('a', true);
    expect(other.text).toBe('true');
  });

  it('S4 a state survives the rotation of keys', async () => {
    const server = testServer(factory(deploying()));
    const flow = await server.callTool('deploy', { env: 'prod' });
    server.rotateKeys();
    await flow.answer('go', { reason: 'tested' });
    expect(flow.text).toContain('Deployed');
  });
});

overWires('inputRequired', ALL_WIRES, ({ open }) => {
  const byHand = (server: McpServer): void => {
    server.registerTool('hand', {}, (ctx) => {
      const { requestState, inputResponses } = ctx;
      if (requestState === undefined) {
        const color = inputRequired.elicit({ message: 'Color?', requestedSchema: Reason });
        return inputRequired({ inputRequests: { color }, requestState: 'one' });
      }
      if (requestState === 'one')
        return inputRequired({ requestState: JSON.stringify(inputResponses) });
      return requestState;
    });
    server.registerTool('mixed', {}, (ctx) => {
      void ctx.confirm('go', 'Go?').catch(() => {});
      return inputRequired({ requestState: 'x' });
    });
    server.registerTool(
      'strange',
      {},
      () =>
        ({
          resultType: 'input_required',
          inputRequests: { a: { method: 'tools/call', params: {} } },
        }) as never,
    );
    server.registerTool('nothing', {}, () => ({ resultType: 'input_required' }) as never);
  };

  it('MS-14 inputRequired seals the state it is given, and returns only what was asked for', async () => {
    const { send } = await open(byHand);
    const first = call('hand');
    let { response } = await send(first);
    expect(stateOf(response)).not.toContain('one');
    const answers = { color: { action: 'accept', content: { reason: 'red' } }, other: 1 };
    ({ response } = await send(retry(first, response, answers)));
    expect(response.result).not.toHaveProperty('inputRequests');
    ({ response } = await send(retry(first, response, {})));
    expect(JSON.parse(textOf(response))).toEqual({ color: answers.color });
  });

  it('MS-4 MS-5 inputRequired refuses what no client could answer', async () => {
    const { send } = await open(byHand);
    for (const name of ['mixed', 'strange', 'nothing']) {
      const { response } = await send(call(name));
      expect(response.error).toEqual({ code: -32603, message: 'Internal error' });
    }
  });

  it('F16 T3 inputRequired takes answers that were not asked for only where that is wanted', async () => {
    const { send } = await open((server) => {
      for (const unsolicited of ['ask', 'accept'] as const) {
        server.registerTool(unsolicited, { unsolicited }, async (ctx) => {
          const why = await ctx.elicit('why', { message: 'Why?', schema: Reason });
          return accepted(why).reason;
        });
      }
    });
    const inputResponses = { why: { action: 'accept', content: { reason: 'told' } } };
    const taken = await send(call('accept', {}, { inputResponses }));
    expect(textOf(taken.response)).toBe('told');
    const asked = await send(call('ask', {}, { inputResponses }));
    expect(asked.response.result?.['resultType']).toBe('input_required');
  });
});

overWires('what goes wrong in a handler', ALL_WIRES, ({ open, factory }) => {
  it('F8 misuse of ctx is an internal error without a word about it', async () => {
    const logged: string[] = [];
    const { send } = await open(
      (server) =>
        server.registerTool('twice', {}, async (ctx) => {
          await Promise.all([ctx.confirm('secret-key', 'A?'), ctx.confirm('secret-key', 'B?')]);
          return 'never';
        }),
      { logger: { ...silent, error: (message) => logged.push(message) } },
    );
    const { response } = await send(call('twice'));
    expect(response.error).toEqual({ code: -32603, message: 'Internal error' });
    expect(logged.join()).toContain("duplicate_key: The key 'secret-key' is used twice");
  });

  it('F8 divergence says that the call can be started again, and no more', async () => {
    const drifting = (message: string) =>
      factory((server) => {
        server.registerTool('drift', {}, async (ctx) => {
          await ctx.confirm('go', message);
          await ctx.step('work', () => 1);
          return String(await ctx.confirm('more', 'More?'));
        });
      });
    const server = testServer(drifting('Go?'));
    const flow = await server.callTool('drift');
    await flow.answer('go', true);
    server.deploy(drifting('Go now?'));
    await flow.answer('more', true);
    const told = flow.expectError('This call cannot be continued. It may be started again.');
    expect(told).not.toHaveProperty('code');
    expect(JSON.stringify(server.log)).toContain("diverged: Flow diverged at 'go' (message)");
  });

  it('F4 a round that runs out of time can be tried again', async () => {
    const { send } = await open((server) =>
      server.registerTool('slow', { roundTimeout: 30 }, () => new Promise<string>(() => {})),
    );
    const { response } = await send(call('slow'));
    expect(response.error).toMatchObject({ code: -32603, data: { retryable: true } });
  });

  it('F13 SE-6 a flow of too many rounds ends', async () => {
    const endless = (server: McpServer): void => {
      server.registerTool('endless', {}, async (ctx) => {
        for (let i = 0; ; i++) await ctx.confirm(`q${i}`, `Question ${i}?`);
      });
    };
    const flow = await testServer(factory(endless, { limits: { rounds: 3 } })).callTool('endless');
    for (let i = 0; i < 2; i++) await flow.answer(`q${i}`, true);
    expect(flow.expectError()).toMatchObject({ code: -32603 });
  });

  it('S6 a state that is too large names the largest entries in the log', async () => {
    const logged: string[] = [];
    const { send } = await open(
      (server) =>
        server.registerTool('big', {}, async (ctx) => {
          await ctx.step('small', () => 'x');
          await ctx.step('report', () => 'x'.repeat(50_000));
          return String(await ctx.confirm('go', 'Go?'));
        }),
      { logger: { ...silent, error: (line) => logged.push(line) } },
    );
    const { response } = await send(call('big'));
    expect(response.error).toEqual({ code: -32603, message: 'Internal error' });
    expect(logged.join()).toMatch(/Largest entries: 'report' \(500\d\d\), 'small'/);
  });

  it("EN-11 an author's error code from the protocol's own range is not sent", async () => {
    const { send } = await open((server) => {
      for (const code of [-32002, -32042, -32000, -32099, -32019]) {
        server.registerTool(`c${code}`, {}, () => {
          throw new RpcError(code, 'mine');
        });
      }
    });
    for (const code of [-32002, -32042, -32000, -32099, -32019]) {
      expect((await send(call(`c${code}`))).response.error?.code).toBe(-32603);
    }
  });
});

overWires('numbers that JSON.stringify does not write', ['node', 'fetch'], ({ open }) => {
  it('F7 S2 are what they were when an answer is judged rounds after it has come', async () => {
    const image = { type: 'image', data: '', mimeType: 'image/png', size: [Infinity, null] };
    const params = { messages: [], maxTokens: 1 };
    let isReached = true;
    const { send } = await open((server) => {
      server.registerTool('sum', {}, async (ctx) => {
        const sure = ctx.confirm('sure', 'Sure?');
        if (!isReached) return String(await sure);
        const [, drawn] = await Promise.all([sure, ctx.sample('drawn', params)]);
        return String((drawn.content as typeof image).size);
      });
    });
    const first = call('sum');
    const asked = (await send(first)).response;
    isReached = false;
    const answered = retry(first, asked, {
      drawn: { role: 'assistant', model: 'm', content: image },
    });
    const again = (await send(answered)).response;
    isReached = true;
    const { response } = await send(retry(first, again, { sure: YES }));
    expect(textOf(response)).toBe('Infinity,');
  });

  it('S2 are what they were in the state of rounds that are made by hand', async () => {
    const { send } = await open((server) => {
      server.registerTool('sum', {}, async (ctx) => {
        const n = ctx.inputResponses?.['n'];
        if (n === undefined) {
          const form = {
            message: 'n?',
            requestedSchema: { type: 'object', properties: {} },
          } as const;
          return inputRequired({ inputRequests: { n: inputRequired.elicit(form) } });
        }
        const sure = await ctx.confirm('sure', 'Sure?');
        return `${String(sure)} ${String((n as { content: { n: unknown } }).content.n)}`;
      });
    });
    const first = call('sum');
    const asked = (await send(first)).response;
    const answered = retry(first, asked, { n: { action: 'accept', content: { n: Infinity } } });
    const again = (await send(answered)).response;
    const { response } = await send(retry(first, again, { sure: YES }));
    expect(textOf(response)).toBe('true Infinity');
  });
});
