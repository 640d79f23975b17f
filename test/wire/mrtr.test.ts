import { expect, it } from 'vitest';
import * as z from 'zod';
import { generateKey } from '../../src/state/key-ring.ts';
import { MetaKey } from '../../src/protocol/meta.ts';
import { accepted } from '../../src/flow/accepted.ts';
import { RpcError } from '../../src/protocol/rpc-error.ts';
import type { Context } from '../../src/server/context.ts';
import { inputRequired } from '../../src/server/hand-written.ts';
import { ResourceTemplate } from '../../src/server/resource-template.ts';
import type { McpServer } from '../../src/server/server.ts';
import { ALL_WIRES, TEST_KEY, overWires, silent } from '../support/each-wire.ts';
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

const stateOf = (message: Message): string => message.result!['requestState'] as string;

overWires('a question', ALL_WIRES, ({ open }) => {
  it('MS-3 MS-4 MS-5 MS-13 goes out as a result with bare requests and a state', async () => {
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

  it('MS-1 is never a request of the server, whatever it asks', async () => {
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

  it('MS-26 carries no cache hints, and MS-25 is the last message', async () => {
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

  it('MS-10 is continued by a server that shares nothing but a key', async () => {
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

  it('MS-11 can be followed by more, each with a state of its own', async () => {
    const { send } = await open((server) =>
      server.registerTool('count', {}, async (ctx) => {
        let yes = 0;
        for (let i = 0; i < 3; i++) if (await ctx.confirm(`q${i}`, `Question ${i}?`)) yes++;
        return `${yes} times yes`;
      }),
    );
    const first = call('count');
    let { response } = await send(first);
    const states: string[] = [];
    for (let i = 0; i < 3; i++) {
      states.push(stateOf(response));
      const answer = i === 1 ? { action: 'decline' } : YES;
      ({ response } = await send(retry(first, response, { [`q${i}`]: answer })));
    }
    expect(textOf(response)).toBe('2 times yes');
    expect(new Set(states).size).toBe(3);
  });

  it('MS-6 MS-7 can come with others, of all kinds', async () => {
    const { send } = await open((server) =>
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
    );
    const first = call('all');
    const { response } = await send(first);
    const asked = response.result!['inputRequests'] as Record<string, { method: string }>;
    expect(Object.entries(asked).map(([key, { method }]) => [key, method])).toEqual([
      ['form', 'elicitation/create'],
      ['url', 'elicitation/create'],
      ['model', 'sampling/createMessage'],
      ['roots', 'roots/list'],
    ]);
    for (const entry of Object.values(asked)) expect(entry).not.toHaveProperty('id');
    const answers = {
      form: { action: 'accept', content: { reason: 'because' } },
      url: { action: 'accept' },
      model: { role: 'assistant', content: { type: 'text', text: 'hi' }, model: 'm1' },
      roots: { roots: [{ uri: 'file:///srv' }] },
    };
    const done = await send(retry(first, response, answers));
    expect(textOf(done.response)).toBe('["because","accept","m1",[{"uri":"file:///srv"}]]');
  });

  it('MS-22 that is not answered is asked again, and MS-21 foreign keys are ignored', async () => {
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

  it('MS-20 EL-7 that is answered wrongly is asked again, saying what was wrong', async () => {
    const { send } = await open(deploying());
    const first = call('deploy', { env: 'prod' });
    const { response } = await send(first);
    const wrong = { go: { action: 'accept', content: { reason: 'x' } } };
    const again = await send(retry(first, response, wrong));
    const asked = again.response.result!['inputRequests'] as {
      go: { params: { message: string } };
    };
    expect(asked.go.params.message).toMatch(/- reason: .+\n\nDeploy b42 to prod\?$/s);
  });

  it('MS-20 refuses inputResponses that are no object', async () => {
    const { send } = await open(deploying());
    const first = call('deploy', { env: 'prod' });
    const { response } = await send(first);
    for (const bad of [null, [], 'x', 1, true]) {
      const answered = await send(retry(first, response, bad as never));
      expect(answered.response.error).toMatchObject({ code: -32602 });
    }
  });

  it('MS-23 can be declined or cancelled: that is an answer', async () => {
    const { send } = await open(deploying());
    for (const action of ['decline', 'cancel']) {
      const first = call('deploy', { env: 'prod' });
      const { response } = await send(first);
      const done = await send(retry(first, response, { go: { action } }));
      expect(textOf(done.response)).toBe(`Nothing deployed (${action}).`);
      expect(done.response.result).not.toHaveProperty('isError', true);
    }
  });

  it('MS-23 uncaught, a refusal is an error result that says so', async () => {
    const { send } = await open((server) =>
      server.registerTool(
        'must',
        {},
        async (ctx) =>
          accepted(await ctx.elicit('why', { message: 'Why?', schema: Reason })).reason,
      ),
    );
    const first = call('must');
    const { response } = await send(first);
    const done = await send(retry(first, response, { why: { action: 'decline' } }));
    expect(done.response.result).toMatchObject({ isError: true });
    expect(textOf(done.response)).toContain('decline');
  });

  it('MS-24 F17 can be left out: a checkpoint has state and no questions', async () => {
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

  it('MS-8 MS-9 goes only to clients that declared it, in this very request', async () => {
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

  it('MS-12 leaves nothing open for clients that never come back', async () => {
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

overWires('prompts and resources', ALL_WIRES, ({ open }) => {
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
    const { send } = await open(asking);
    const first = request('prompts/get', { name: 'about' });
    const { response } = await send(first);
    expect(response.result).toMatchObject({ resultType: 'input_required' });
    const answers = { why: { action: 'accept', content: { reason: 'I can' } } };
    const done = await send(retry(first, response, answers));
    expect(done.response.result).toMatchObject({
      resultType: 'complete',
      messages: [{ role: 'user', content: { type: 'text', text: 'Because I can' } }],
    });
    const again = await send({ ...first, id: 'again' });
    const declined = await send(retry(first, again.response, { why: { action: 'decline' } }));
    expect(declined.response.error).toMatchObject({ code: -32603 });
    expect(declined.response.error!.message).toContain('decline');
  });

  it('RE-4 a resource can ask; T28 MC-12 what comes of it may not be kept', async () => {
    const { send } = await open(asking);
    for (const [uri, text] of [
      ['doc://secret', 'the secret'],
      ['doc://page/7', '7: true'],
    ] as const) {
      const first = request('resources/read', { uri });
      const { response } = await send(first);
      expect(response.result).toMatchObject({ resultType: 'input_required' });
      const done = await send(retry(first, response, { may: YES }));
      expect(done.response.result).toMatchObject({
        contents: [{ uri, text }],
        ttlMs: 0,
        cacheScope: 'private',
      });
    }
  });

  it('EL-11 SA-4 what no client may be asked is not told, by hand either', async () => {
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

  it('MS-2 nothing else can', async () => {
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

overWires('a state', ALL_WIRES, ({ open }) => {
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
      { onStateRefused: ({ check }) => checks.push(check), ...otherOptions },
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

  it('MS-15 S3 is refused with one frozen error when it has been touched', () =>
    refused((message) =>
      with_({ requestState: `${String(message.params['requestState'])}-TAMPERED` })(message),
    ));

  it('MS-15 is refused when it is no string', () => refused(with_({ requestState: 7 })));

  it('T2 is refused when it is empty: that is present', () => refused(with_({ requestState: '' })));

  it('MS-18 is refused with other arguments', () =>
    refused(with_({ arguments: { env: 'staging' } })));

  it('MS-18 is refused for another tool', () => refused(with_({ name: 'undeploy' })));

  it('S4 is refused under another key', () =>
    refused((message) => message, { state: { keys: [generateKey()] } }));

  it('S2 is refused by another server', () =>
    refused((message) => message, { audience: 'staging' }));

  it('MS-17 S8 is refused when it has expired', async () => {
    let now = 1_800_000_000_000;
    const server = await open(
      (target) => {
        target.registerTool('ask', { stateTtl: 1 }, async (ctx) =>
          String(await ctx.confirm('a', 'A?')),
        );
      },
      { now: () => now },
    );
    const first = call('ask');
    const { response } = await server.send(first);
    now += 60_002;
    const late = await server.send(retry(first, response, { a: YES }));
    expect(late.response.error).toEqual(refusal);
    now -= 1;
    const within = await server.send(retry(first, response, { a: YES }));
    expect(textOf(within.response)).toBe('true');
  });

  it('S8 does not outlive its flow, however often it is renewed', async () => {
    let now = 1_800_000_000_000;
    const server = await open(
      (target) => {
        target.registerTool('ask', {}, async (ctx) => String(await ctx.confirm('a', 'A?')));
      },
      { state: { keys: [TEST_KEY], flowTtl: 1_000 }, now: () => now },
    );
    const first = call('ask');
    let { response } = await server.send(first);
    now += 50_000;
    ({ response } = await server.send(retry(first, response, {})));
    expect(response.result).toBeDefined();
    now += 12_000;
    ({ response } = await server.send(retry(first, response, { a: YES })));
    expect(response.error).toEqual(refusal);
  });

  it('F12 is refused by another version of the handler unless it accepts it', async () => {
    const versioned =
      (version: string, accepts: string[] = []) =>
      (server: McpServer): void => {
        server.registerTool('ask', { version, accepts }, async (ctx) =>
          String(await ctx.confirm('a', 'A?')),
        );
      };
    const v1 = await open(versioned('1'));
    const v2 = await open(versioned('2'));
    const v2tolerant = await open(versioned('2', ['1']));
    const first = call('ask');
    const { response } = await v1.send(first);
    const second = (): Message => retry(first, response, { a: YES });
    expect((await v2.send(second())).response.error).toEqual(refusal);
    expect(textOf((await v2tolerant.send(second())).response)).toBe('true');
  });

  it('S4 survives the rotation of keys', async () => {
    const next = generateKey();
    const before = await open(deploying());
    const after = await open(deploying(), { state: { keys: [next, TEST_KEY] } });
    const first = call('deploy', { env: 'prod' });
    const { response } = await before.send(first);
    const answers = { go: { action: 'accept', content: { reason: 'tested' } } };
    expect(textOf((await after.send(retry(first, response, answers))).response)).toContain(
      'Deployed',
    );
  });
});

overWires('asking by hand', ALL_WIRES, ({ open }) => {
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

  it('MS-14 seals the state it is given, and hands back only what was asked for', async () => {
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

  it('MS-4 MS-5 refuses what no client could answer', async () => {
    const { send } = await open(byHand);
    for (const name of ['mixed', 'strange', 'nothing']) {
      const { response } = await send(call(name));
      expect(response.error).toEqual({ code: -32603, message: 'Internal error' });
    }
  });

  it('F16 T3 takes answers nobody asked for only where that is wanted', async () => {
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

overWires('what goes wrong in a handler', ALL_WIRES, ({ open }) => {
  it('F8 misuse is an internal error without a word about it', async () => {
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
    const logged: string[] = [];
    let message = 'Go?';
    const { send } = await open(
      (server) => {
        server.registerTool('drift', {}, async (ctx) => {
          await ctx.confirm('go', message);
          await ctx.step('work', () => 1);
          return String(await ctx.confirm('more', 'More?'));
        });
      },
      { logger: { ...silent, error: (line) => logged.push(line) } },
    );
    const first = call('drift');
    let { response } = await send(first);
    ({ response } = await send(retry(first, response, { go: YES })));
    message = 'Go now?';
    ({ response } = await send(retry(first, response, { more: YES })));
    expect(response.result).toMatchObject({ isError: true });
    expect(textOf(response)).toBe('This call cannot be continued. It may be started again.');
    expect(logged.join()).toContain("diverged: Flow diverged at 'go' (message)");
  });

  it('F4 running out of time can be tried again', async () => {
    const { send } = await open((server) =>
      server.registerTool('slow', { roundTimeout: 30 }, () => new Promise<string>(() => {})),
    );
    const { response } = await send(call('slow'));
    expect(response.error).toMatchObject({ code: -32603, data: { retryable: true } });
  });

  it('F13 too many rounds end', async () => {
    const { send } = await open(
      (server) =>
        server.registerTool('endless', {}, async (ctx) => {
          for (let i = 0; ; i++) await ctx.confirm(`q${i}`, `Question ${i}?`);
        }),
      { limits: { rounds: 3 } },
    );
    const first = call('endless');
    let { response } = await send(first);
    for (let i = 0; i < 2; i++)
      ({ response } = await send(retry(first, response, { [`q${i}`]: YES })));
    expect(response.error?.code).toBe(-32603);
  });

  it('S6 too large a state names the largest entries in the log', async () => {
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

  it("EN-11 an author's code from the protocol's own range does not leave", async () => {
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
