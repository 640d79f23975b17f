/** `mcp-rondo/testing`: what it can do, and what it says when something is not as expected. */
import { describe, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { Client } from '../../src/client/index.ts';
import type { Context } from '../../src/server/flows/context.ts';
import { McpServer } from '../../src/server/server.ts';
import { type HostedOptions, type ServerFactory, testServer } from '../../src/testing/index.ts';

const Reason = z.object({ reason: z.string().min(3), loud: z.boolean().default(false) });

/** The example of the README, more or less; `ran` is told of its steps. */
function deploying(ran: (step: string) => void = () => {}, build = 412): ServerFactory {
  return (options) => {
    const server = new McpServer({ name: 'releases', version: '1' }, options);
    const inputSchema = z.object({ env: z.string() });
    server.registerTool('deploy', { inputSchema }, async ({ env }, ctx) => {
      const plan = await ctx.step('plan', () => (ran('plan'), build));
      const message = `Deploy ${plan} to ${env}?`;
      const go = await ctx.elicit('go', { message, schema: Reason });
      if (go.action !== 'accept') return `Nothing deployed (${go.action}).`;
      await ctx.step('release', () => ran('release'));
      return `Deployed ${plan}: ${go.content.reason}${go.content.loud ? '!' : '.'}`;
    });
    return server;
  };
}

/** A server with one tool, `t`. */
function tool(handler: (ctx: Context) => unknown, config = {}): ServerFactory {
  return (options: HostedOptions) => {
    const server = new McpServer({ name: 's', version: '1' }, options);
    server.registerTool('t', config, handler as never);
    return server;
  };
}

/** What an expectation that fails, or a step that cannot be taken, says. */
async function told(act: () => unknown): Promise<string> {
  try {
    await act();
    return 'nothing';
  } catch (error) {
    return (error as Error).message;
  }
}

const because = { reason: 'because' };

describe('a flow', () => {
  it('is taken from its question to its result', async () => {
    const ran = vi.fn();
    const flow = await testServer(deploying(ran)).callTool('deploy', { env: 'prod' });
    const question = flow.expectAsk('go', { kind: 'form', message: /Deploy 412/ });
    expect(question.schema!.required).toContain('reason');
    expect(flow.asks).toEqual(['go']);
    expect(flow.stateSize).toBeGreaterThan(100);
    await flow.answer('go', { reason: 'it is time' });
    expect(flow.expectResult()).toMatchObject({ resultType: 'complete' });
    expect(flow.text).toBe('Deployed 412: it is time.');
    expect([flow.rounds, flow.stateSize, flow.asks]).toEqual([2, 0, []]);
    expect(ran.mock.calls).toEqual([['plan'], ['release']]);
  });

  it.each(['decline', 'cancel'] as const)('takes a refusal: %s', async (action) => {
    const flow = await testServer(deploying()).callTool('deploy', { env: 'prod' });
    await flow[action]('go');
    expect(flow.text).toBe(`Nothing deployed (${action}).`);
  });

  it('has all kinds of questions, and waits for the last of a round', async () => {
    const host = testServer(
      tool(async (ctx) => {
        const messages = [{ role: 'user', content: { type: 'text', text: 'Sum it up' } }] as const;
        const got = await ctx.all({
          sure: ctx.confirm('sure', 'Sure?'),
          more: ctx.confirm('more', 'More?'),
          page: ctx.elicitUrl('page', { message: 'Sign in', url: 'https://example.com/x' }),
          said: ctx.sample('said', { messages: [...messages], maxTokens: 9 }),
          whole: ctx.sample('whole', { messages: [...messages], maxTokens: 9 }),
          roots: ctx.listRoots(),
        });
        const { sure, more, page, said, whole, roots } = got;
        return JSON.stringify([sure, more, page.action, said.content, whole.model, roots]);
      }),
    );
    const flow = await host.callTool('t');
    expect(flow.asks).toEqual(['sure', 'more', 'page', 'said', 'whole', 'roots']);
    flow.expectAsk('page', { kind: 'url', message: 'Sign in', url: /^https:/ });
    flow.expectAsk('said', { kind: 'sample', message: 'Sum it up' });
    flow.expectAsk('roots', { kind: 'roots' });
    await flow.answer('sure', true);
    await flow.answer('more', false);
    await flow.answer('page');
    await flow.answer('said', 'Short');
    const content = { type: 'text', text: 'Long' } as const;
    await flow.answer('whole', { role: 'assistant', content, model: 'm' });
    expect(flow.rounds).toBe(1);
    await flow.answer('roots', [{ uri: 'file:///srv/./a' }]);
    const said = { type: 'text', text: 'Short' };
    const roots = [{ uri: 'file:///srv/a' }];
    expect(JSON.parse(flow.text)).toEqual([true, false, 'accept', said, 'm', roots]);
  });

  it('can be a prompt or a resource', async () => {
    const host = testServer((options) => {
      const server = new McpServer({ name: 's', version: '1' }, options);
      server.registerPrompt('about', { argsSchema: { what: z.string() } }, async ({ what }, ctx) =>
        (await ctx.confirm('sure', `About ${what}?`)) ? `About ${what}` : 'Nothing',
      );
      server.registerResource('doc', 'doc://a', {}, async (_uri, ctx) =>
        (await ctx.confirm('may', 'May I?')) ? 'the text' : undefined,
      );
      return server;
    });
    const prompt = await host.getPrompt('about', { what: 'it' });
    await prompt.answer('sure', true);
    expect(prompt.text).toBe('About it');
    const resource = await host.readResource('doc://a');
    await resource.answer('may', true);
    expect(resource.text).toBe('the text');
  });

  it('goes on from checkpoints by itself, or waits there', async () => {
    const ran = vi.fn();
    const host = testServer(
      tool(async (ctx) => {
        ctx.progress(1, 2);
        await ctx.checkpoint('start');
        await ctx.step('work', ran);
        ctx.log('info', 'half');
        await ctx.checkpoint('half');
        return 'done';
      }),
    );
    const flow = await host.callTool('t');
    expect([flow.text, flow.rounds]).toEqual(['done', 3]);
    expect(flow.progress).toEqual([{ progress: 1, total: 2 }]);
    expect(flow.messages).toEqual([{ level: 'info', data: 'half' }]);
    const stepped = await host.callTool('t', {}, { stopAtCheckpoints: true });
    stepped.expectCheckpoint();
    await stepped.send();
    stepped.expectCheckpoint();
    expect(ran).toHaveBeenCalledTimes(2);
    await stepped.send();
    expect(stepped.text).toBe('done');
  });

  it('may be sent on before everything is answered', async () => {
    const host = testServer(
      tool(async (ctx) =>
        String(await Promise.all([ctx.confirm('a', 'A?'), ctx.confirm('b', 'B?')])),
      ),
    );
    const flow = await host.callTool('t');
    await flow.answer('a', true);
    await flow.send();
    expect(flow.asks).toEqual(['b']);
    await flow.answer('b', false);
    expect(flow.text).toBe('true,false');
  });

  it('may be answered wrongly', async () => {
    const flow = await testServer(deploying()).callTool('deploy', { env: 'prod' });
    await flow.answerWrongly('go', { reason: 'x' });
    flow.expectAsk('go', { message: /reason: [^]*Deploy 412 to prod\?$/ });
    await flow.answer('go', because);
    expect(flow.text).toBe('Deployed 412: because.');
    const sampling = tool(async (ctx) => {
      return (await ctx.sample('said', { messages: [], maxTokens: 1 })).model;
    });
    const asked = await testServer(sampling).callTool('t');
    await asked.answerWrongly('said', { nonsense: true });
    asked.expectAsk('said');
  });

  it('has a form filled in with its defaults', async () => {
    const flow = await testServer(deploying()).callTool('deploy', { env: 'prod' });
    await flow.answer('go', { reason: 'now', loud: true });
    expect(flow.text).toBe('Deployed 412: now!');
  });

  it('has its round sent again when the reply is lost', async () => {
    const ran = vi.fn();
    const flow = await testServer(deploying(ran)).callTool('deploy', { env: 'prod' });
    await flow.answer('go', because);
    await flow.resend();
    expect(flow.text).toBe('Deployed 412: because.');
    expect(flow.rounds).toBe(2);
    expect(ran.mock.calls.flat()).toEqual(['plan', 'release', 'release']);
  });

  it('is refused with a state that was changed', async () => {
    const flow = await testServer(deploying()).callTool('deploy', { env: 'prod' });
    flow.tamper();
    await flow.answer('go', because);
    flow.expectRefused('seal');
    const cut = await testServer(deploying()).callTool('deploy', { env: 'prod' });
    cut.tamper((state) => state.slice(1));
    await cut.answer('go', because);
    cut.expectRefused();
    expect(cut.error).toMatchObject({ code: -32602 });
  });

  it('is refused for another caller or other arguments, and goes on for its own', async () => {
    const host = testServer(deploying());
    const flow = await host.callTool('deploy', { env: 'prod' }, { principal: 'alice' });
    const mallory = flow.fork({ principal: { issuer: 'https://issuer.test', subject: 'mallory' } });
    const nobody = flow.fork({ principal: undefined });
    const staging = flow.fork({ arguments: { env: 'staging' } });
    for (const fork of [mallory, nobody, staging]) await fork.answer('go', because);
    mallory.expectRefused('principal');
    nobody.expectRefused('principal');
    staging.expectRefused('arguments');
    expect(host.refusals[2]).toMatchObject({ check: 'arguments', target: 'deploy' });
    await flow.answer('go', because);
    flow.expectResult();
    await mallory.fork({ principal: 'alice' }).resend();
    await flow.fork({ principal: 'mallory' }).resend();
    expect(host.refusals).toHaveLength(4);
  });

  it('is refused for another tool, and for another resource', async () => {
    const host = testServer((options) => {
      const server = new McpServer({ name: 's', version: '1' }, options);
      const ask = async (ctx: Context): Promise<string> => String(await ctx.confirm('go', 'Go?'));
      for (const name of ['a', 'b']) {
        server.registerTool(name, {}, ask);
        server.registerResource(name, `doc://${name}`, {}, (_uri, ctx) => ask(ctx));
      }
      return server;
    });
    const otherTool = (await host.callTool('a')).fork({ name: 'b' });
    await otherTool.answer('go', true);
    otherTool.expectRefused('target');
    const otherResource = (await host.readResource('doc://a')).fork({ uri: 'doc://b' });
    await otherResource.answer('go', true);
    otherResource.expectRefused('target');
  });

  it('can be spent twice, each time from the same point', async () => {
    const flow = await testServer(deploying()).callTool('deploy', { env: 'prod' });
    const twin = flow.fork();
    await flow.answer('go', because);
    await twin.decline('go');
    expect([flow.text, twin.text]).toEqual([
      'Deployed 412: because.',
      'Nothing deployed (decline).',
    ]);
  });

  it('tells what went wrong, in the tool and on the wire', async () => {
    const failing = tool(async (ctx) => {
      if (await ctx.confirm('sure', 'Sure?')) throw new Error('No such release');
      throw new TypeError('a bug');
    });
    const flow = await testServer(failing).callTool('t');
    const other = flow.fork();
    await flow.answer('sure', true);
    expect(flow.expectError(/release/)).toEqual({ message: 'No such release' });
    expect(flow.text).toBe('No such release');
    await other.decline('sure');
    expect(other.expectError().message).not.toContain('bug');
    const unknown = await testServer(failing).callTool('unknown');
    expect(unknown.expectError()).toMatchObject({ code: -32602 });
  });

  it('may be of a client that cannot be asked everything', async () => {
    const host = testServer(deploying());
    const flow = await host.callTool('deploy', { env: 'prod' }, { capabilities: { sampling: {} } });
    expect(flow.expectError()).toMatchObject({
      code: -32021,
      data: { requiredCapabilities: { elicitation: { form: {} } } },
    });
  });

  it('knows its caller, and is cancelled with it', async () => {
    const who = tool((ctx) => `${ctx.principal?.subject} ${String(ctx.request)}`);
    const flow = await testServer(who).callTool('t', {}, { principal: 'alice', request: 'r' });
    expect(flow.text).toBe('alice r');
    const abort = new AbortController();
    const ended = vi.fn();
    const slow = tool(async (ctx) => {
      ctx.signal.addEventListener('abort', ended);
      abort.abort();
      await new Promise(() => {});
    });
    const called = testServer(slow).callTool('t', {}, { signal: abort.signal });
    await expect(called).rejects.toMatchObject({ code: 'cancelled' });
    expect(ended).toHaveBeenCalledOnce();
    const later = testServer(slow).callTool('t', {}, { signal: abort.signal });
    await expect(later).rejects.toThrow('cancelled');
  });

  it('ends where a client would give up', async () => {
    const endless = tool(async (ctx) => {
      for (let i = 0; ; i++) await ctx.confirm(`q${i}`, 'More?');
    });
    const flow = await testServer(endless).callTool('t', {}, { maxRounds: 2 });
    const over = flow.answer('q0', true);
    await expect(over).rejects.toMatchObject({ code: 'too_many_rounds' });
  });
});

describe('a host', () => {
  /** Counts in memory what it is called, which is what no server should do. */
  const forgetful: ServerFactory = (options) => {
    let calls = 0;
    return tool(async (ctx) => {
      calls++;
      await ctx.confirm('go', 'Go?');
      return `${calls}`;
    })(options);
  };

  async function callsSeen(host: ReturnType<typeof testServer>): Promise<string> {
    const flow = await host.callTool('t');
    await flow.answer('go', true);
    return flow.text;
  }

  it('serves every request on an instance of its own, or on as many as it is told', async () => {
    expect(await callsSeen(testServer(forgetful))).toBe('1');
    expect(await callsSeen(testServer(forgetful, { instances: 1 }))).toBe('2');
    const two = testServer(forgetful, { instances: 2 });
    expect([await callsSeen(two), await callsSeen(two)]).toEqual(['1', '2']);
    for (const instances of [0, 1.5, Number.NaN]) {
      expect(() => testServer(forgetful, { instances })).toThrow("must be 'fresh'");
    }
  });

  it('restarts in the middle of a flow', async () => {
    const host = testServer(forgetful, { instances: 1 });
    const flow = await host.callTool('t');
    host.restart();
    await flow.answer('go', true);
    expect(flow.text).toBe('1');
    host.close();
  });

  it('passes on what the factory throws, and starts again afterwards', async () => {
    let broken = true;
    const factory: ServerFactory = async (options) => {
      if (broken) throw new Error('no database');
      return deploying()(options);
    };
    for (const instances of ['fresh', 1] as const) {
      broken = true;
      const host = testServer(factory, { instances });
      await expect(host.callTool('deploy', { env: 'prod' })).rejects.toThrow('no database');
      broken = false;
      host.restart();
      (await host.callTool('deploy', { env: 'prod' })).expectAsk('go');
    }
  });

  it('lets a state expire', async () => {
    const host = testServer(deploying(), { now: 1_800_000_000_000 });
    const flow = await host.callTool('deploy', { env: 'prod' });
    const late = flow.fork();
    host.advance(3_600_000);
    await flow.answer('go', because);
    flow.expectResult();
    host.advance(60_001);
    await late.answer('go', because);
    late.expectRefused('expired');
    expect(host.now).toBe(1_800_003_660_001);
    expect(() => host.advance(-1)).toThrow('can only be advanced');
  });

  it('rotates its keys, and drops them', async () => {
    const host = testServer(deploying(), { instances: 1 });
    const flow = await host.callTool('deploy', { env: 'prod' });
    host.rotateKeys();
    const late = flow.fork();
    await flow.answer('go', because);
    flow.expectResult();
    host.dropOldKeys();
    await late.answer('go', because);
    late.expectRefused('seal');
    const message: string = expect.stringContaining('requestState refused: seal');
    expect(host.log).toEqual([{ level: 'warn', message }]);
  });

  it('deploys another version, which takes over or refuses', async () => {
    const v1 = tool((ctx) => ctx.confirm('go', 'Go?').then(String), { version: '1' });
    const v2 = tool((ctx) => ctx.confirm('go', 'Go?').then(String), { version: '2' });
    const v3 = tool(() => 'v3', { version: '3', accepts: ['1'] });
    const host = testServer(v1);
    const flow = await host.callTool('t');
    const other = flow.fork();
    host.deploy(v2);
    await flow.answer('go', true);
    flow.expectRefused('version');
    host.deploy(v3);
    await other.answer('go', true);
    expect(other.text).toBe('v3');
  });

  it('shows what diverges', async () => {
    const asking = (message: string): ServerFactory =>
      tool(async (ctx) => {
        await ctx.confirm('go', message);
        await ctx.step('work', () => 1);
        return String(await ctx.confirm('more', 'More?'));
      });
    const host = testServer(asking('Go?'));
    const flow = await host.callTool('t');
    await flow.answer('go', true);
    host.deploy(asking('Go now?'));
    await flow.answer('more', true);
    flow.expectError('This call cannot be continued. It may be started again.');
    expect(host.log.map(({ message }) => message).join()).toContain("diverged at 'go'");
  });

  it('is a target for a client', async () => {
    const client = new Client(testServer(deploying()), {
      name: 'c',
      version: '1',
      onElicit: () => ({ action: 'accept', content: because }),
    });
    const { content } = await client.callTool('deploy', { env: 'prod' });
    expect(content).toEqual([{ type: 'text', text: 'Deployed 412: because.' }]);
  });

  it('collects what its servers log, at every level', () => {
    let given!: HostedOptions;
    const host = testServer((options) => ((given = options), deploying()(options)));
    void host.callTool('deploy');
    for (const level of ['debug', 'info', 'warn', 'error'] as const) given.logger[level](level);
    expect(host.log.map(({ level }) => level)).toEqual(['debug', 'info', 'warn', 'error']);
  });
});

describe('what is not as expected says so', () => {
  const start = () => testServer(deploying()).callTool('deploy', { env: 'prod' });

  it('when something else was asked', async () => {
    const flow = await start();
    const asked = `round 1 asked 'go' (form, "Deploy 412 to prod?").`;
    expect(await told(() => flow.expectAsk('stop'))).toBe(
      `Expected the question 'stop', but ${asked}`,
    );
    expect(await told(() => flow.expectAsk('go', { message: /413/, kind: 'form' }))).toBe(
      `Expected the question 'go' with kind "form" and message /413/, but ${asked}`,
    );
    expect(await told(() => flow.expectAsk('go', { message: 'Deploy 412' }))).toBe(
      `Expected the question 'go' with message "Deploy 412", but ${asked}`,
    );
    expect(await told(() => flow.expectAsk('go', { url: /./ }))).toContain('with url /./, but');
    expect(await told(() => flow.expectResult())).toBe(`Expected a result, but ${asked}`);
    expect(await told(() => flow.text)).toBe(`Expected a result, but ${asked}`);
    expect(await told(() => flow.expectError())).toBe(`Expected an error, but ${asked}`);
    expect(await told(() => flow.expectRefused())).toBe(`Expected a refused state, but ${asked}`);
    expect(await told(() => flow.expectCheckpoint())).toBe(`Expected a checkpoint, but ${asked}`);
  });

  it('when several things were asked', async () => {
    const host = testServer(
      tool((ctx) =>
        ctx.all({
          page: ctx.elicitUrl('page', { message: 'Sign in', url: 'https://example.com/x' }),
          roots: ctx.listRoots(),
        }),
      ),
    );
    const flow = await host.callTool('t');
    expect(await told(() => flow.expectAsk('go'))).toBe(
      "Expected the question 'go', but round 1 asked " +
        `'page' (url, "Sign in", https://example.com/x) and 'roots' (roots).`,
    );
  });

  it('when it is over', async () => {
    const flow = await start();
    await flow.decline('go');
    const came = 'but round 2 completed with "Nothing deployed (decline).".';
    expect(await told(() => flow.expectAsk('go'))).toBe(`Expected the question 'go', ${came}`);
    expect(await told(() => flow.answer('go', because))).toBe(
      `Expected the question 'go', ${came}`,
    );
    expect(await told(() => flow.expectError(/x/))).toBe(`Expected the error /x/, ${came}`);
    expect(await told(() => flow.send())).toBe('The flow is complete.');
    expect(await told(() => flow.tamper())).toBe('There is no state to change: round 2 left none.');
  });

  it('when it failed, with what the server logged meanwhile', async () => {
    const host = testServer(deploying());
    const flow = await host.callTool('deploy', { env: 'prod' });
    host.rotateKeys();
    host.dropOldKeys();
    await flow.answer('go', because);
    const came =
      'round 2 ended in error -32602, "Invalid or expired requestState".\n' +
      'The server logged:\n' +
      `  warn: ${host.log[0]!.message}`;
    expect(host.log).toHaveLength(1);
    expect(await told(() => flow.expectResult())).toBe(`Expected a result, but ${came}`);
    expect(await told(() => flow.answer('go', because))).toBe(
      `Expected the question 'go', but ${came}`,
    );
    expect(await told(() => flow.expectRefused('expired'))).toBe(
      `Expected a state refused for 'expired', but ${came}`,
    );
    expect(await told(() => flow.expectError('no'))).toBe(`Expected the error "no", but ${came}`);
    expect((await host.callTool('deploy', { env: 'prod' })).asks).toEqual(['go']);
  });

  it('when a tool failed, paused, or returned no text', async () => {
    const failing = await testServer(
      tool(() => {
        throw new Error('No such release');
      }),
    ).callTool('t');
    expect(await told(() => failing.expectResult())).toBe(
      'Expected a result, but round 1 completed with the error "No such release".',
    );
    const pausing = tool((ctx) => ctx.checkpoint('a'));
    const paused = await testServer(pausing).callTool('t', {}, { stopAtCheckpoints: true });
    expect(await told(() => paused.expectAsk('a'))).toBe(
      "Expected the question 'a', but round 1 ended in a checkpoint.",
    );
    const outputSchema = z.object({ n: z.number() });
    const content: never[] = [];
    const mute = await testServer(
      tool(() => ({ content, structuredContent: { n: 1 } }), { outputSchema }),
    ).callTool('t');
    expect(mute.text).toBe('');
    expect(await told(() => mute.expectError())).toContain('structuredContent');
    const long = await testServer(tool(() => 'x'.repeat(1_000))).callTool('t');
    expect((await told(() => long.expectError())).length).toBeLessThan(400);
  });

  it('when an answer is none for its question', async () => {
    const flow = await start();
    expect(await told(() => flow.answer('go', { reason: 'x' }))).toMatch(
      /^The answer to 'go' does not fit its form: reason.+\. To send it anyway, use answerWrongly\(\)\.$/,
    );
    expect(await told(() => flow.answer('go', 'text'))).toBe(
      "'go' is answered with the fields of its form, or with true or false where it is to be confirmed.",
    );
    const host = testServer(
      tool((ctx) =>
        ctx.all({
          page: ctx.elicitUrl('page', { message: 'Sign in', url: 'https://example.com/x' }),
          said: ctx.sample('said', { messages: [], maxTokens: 9 }),
          roots: ctx.listRoots(),
        }),
      ),
    );
    const other = await host.callTool('t');
    expect(await told(() => other.answer('page', true))).toBe(
      "'page' is answered with nothing: it is a page to be opened.",
    );
    expect(await told(() => other.answer('said', true))).toBe(
      "'said' is answered with the model's text, or its whole message.",
    );
    expect(await told(() => other.answer('roots', 'x'))).toBe(
      "'roots' is answered with a list of roots, each { uri }.",
    );
    expect(await told(() => other.decline('roots'))).toBe(
      "'roots' is of kind roots, which cannot be refused.",
    );
    expect(other.rounds).toBe(1);
  });

  it('when a factory does not use the keys it is given', async () => {
    const host = testServer((options) =>
      deploying()({ ...options, state: {} as HostedOptions['state'] }),
    );
    const flow = await host.callTool('deploy', { env: 'prod' });
    await flow.answer('go', because);
    expect(await told(() => flow.expectResult())).toContain(
      'warn: No state keys: flows will not survive a restart',
    );
  });
});
