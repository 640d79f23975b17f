/** What cannot have been meant is refused where it is registered, and says where it is. */
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { McpServer, ResourceTemplate, completable, memoryStore } from 'mcp-rondo';
import { testServer } from 'mcp-rondo/testing';
import { silent, warningsTo } from '../support/logger.ts';

const INFO = { name: 's', version: '1' };
const CALLBACK = (): string => 'x';

function logging() {
  const log: string[] = [];
  return { log, server: new McpServer(INFO, { logger: warningsTo(log) }) };
}

/** Configs as they come from JavaScript, or through a spread. */
type Register = (config: unknown, callback?: unknown) => { update(updates: object): void };

function kinds(server: McpServer): [string, Register][] {
  const template = new ResourceTemplate('a://{b}', { list: undefined });
  const callbackOf = (given: unknown): never => given as never;
  return [
    [
      "tool 'x'",
      (config, callback) => server.registerTool('x', config as object, callbackOf(callback)),
    ],
    [
      "prompt 'x'",
      (config, callback) => server.registerPrompt('x', config as object, callbackOf(callback)),
    ],
    [
      "resource 'x'",
      (config, callback) =>
        server.registerResource('x', 'a://b', config as object, callbackOf(callback)),
    ],
    [
      "resource template 'x'",
      (config, callback) =>
        server.registerResource('x', template, config as object, callbackOf(callback)),
    ],
  ];
}

/** An error with all of these words in its message, in this order. */
function refusal(...words: string[]): unknown {
  const pattern = words.map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  const message = expect.stringMatching(new RegExp(pattern.join('.*'), 's')) as string;
  return expect.objectContaining({ code: 'invalid_options', message });
}

const SERVER = new McpServer(INFO);
const KINDS = kinds(SERVER);

describe.each(KINDS)('the config of %s', (of, register) => {
  const noStore = "give McpServer a 'store', such as memoryStore() of mcp-rondo";

  it.each<[unknown, string, string]>([
    [{ descripton: 'x' }, "'descripton'", "Did you mean 'description'?"],
    [{ visble: CALLBACK }, "'visble'", "Did you mean 'visible'?"],
    [Object.create({ visble: CALLBACK }), "'visble'", "Did you mean 'visible'?"],
    [Object.defineProperty({}, 'visble', { value: CALLBACK }), "'visble'", 'visible'],
    [new Map([['visible', CALLBACK]]), 'options', 'not a collection'],
    [{ scopeChallenge: CALLBACK }, "'scopeChallenge'", "its 'scopes' here"],
    [{ replay: 'once' }, "'replay'", "give McpServer a 'store' with a guard"],
    [{ interrupted: 'refuse' }, "'interrupted'", "give McpServer a 'store' with a guard"],
    ...'task withoutTasks aliases idempotencyKey'
      .split(' ')
      .map((name): [unknown, string, string] => [{ [name]: 'x' }, `'${name}'`, noStore]),
    [{ requires: 'x' }, "'requires'", 'must be capabilities'],
    [{ requires: { elicitation: true } }, "'requires'", 'must be capabilities'],
    [{ requires: new Map() }, "'requires'", 'must be capabilities'],
    [{ accepts: '12' }, "'accepts'", 'must be an array of versions'],
    [{ accepts: ['1', 2] }, "'accepts'", 'item [1] is not one'],
    [{ version: 2 }, "'version'", 'must be text'],
    [{ stateTtl: 0.5 }, "'stateTtl'", 'must be a whole number'],
    [{ stateTtl: 0 }, "'stateTtl'", 'must be a whole number'],
    [{ roundTimeout: Number.NaN }, "'roundTimeout'", 'must be a whole number'],
    [{ roundTimeout: 2 ** 31 }, "'roundTimeout'", 'from 1 to 2147483647'],
    [{ roundTimeout: '60' }, "'roundTimeout'", 'must be a whole number'],
    [{ unsolicited: 'yes' }, "'unsolicited'", "must be 'ask' or 'accept'"],
    [{ unsolicited: 'acept' }, "'unsolicited'", "'accept' is the nearest"],
    [{ visible: true }, "'visible'", 'must be a function'],
    [{ title: 1 }, "'title'", 'must be text'],
    [{ description: null }, "'description'", 'must be text'],
    [{ icons: {} }, "'icons'", 'must be an array'],
    [{ _meta: 'x' }, "'_meta'", 'must be an object'],
    [{ _meta: new Map() }, "'_meta'", 'must be an object'],
    [{ name: 'y' }, "'name'", 'is another than it is registered with'],
    [undefined, 'options', 'must be an object'],
    [CALLBACK, 'options', 'must be an object'],
  ])('is refused: %o', (config, member, words) => {
    expect(() => register(config, CALLBACK)).toThrow(refusal(member, of, words));
  });

  it.each([undefined, null, 'x', {}])('needs a callback with it, which %o is not', (callback) => {
    expect(() => register({}, callback)).toThrow(refusal(`The callback of ${of}`, 'last argument'));
  });

  it('may have members that are undefined, and the name once more', () => {
    const { server } = logging();
    const [, again] = kinds(server).find(([name]) => name === of)!;
    expect(() =>
      again({ name: 'x', replay: undefined, nothing: undefined }, CALLBACK),
    ).not.toThrow();
  });

  it('is read once: what was checked is what is used', () => {
    const { server } = logging();
    const [, again] = kinds(server).find(([name]) => name === of)!;
    let reads = 0;
    again({ get title() { return reads++ === 0 ? 'x' : 7; } }, CALLBACK); // prettier-ignore
    expect(reads).toBe(1);
  });
});

describe.each(KINDS)('an update of %s', (of) => {
  const { server } = logging();
  const registered = kinds(server).find(([name]) => name === of)![1]({ title: 'old' }, CALLBACK);

  it.each([
    [{ descripton: 'x' }, "'descripton'", "Did you mean 'description'?"],
    [{ enabled: 'no' }, "'enabled'", 'must be true or false'],
    [{ callback: 'x' }, "'callback'", 'must be a function'],
    [{ accepts: '12' }, "'accepts'", 'must be an array'],
    [{ scopes: ['x y'] }, "'scopes'", 'scopes'],
    [{ name: '' }, "'name'", 'must'],
    [{ name: null }, "'name'", 'must'],
    [null, 'options', 'must be an object'],
  ])('is refused, and changes nothing: %o', (updates, member, words) => {
    expect(() => registered.update(updates as object)).toThrow(refusal(member, words));
    expect((registered as never)['definition']['wire']).toMatchObject({ title: 'old' });
  });
});

describe('members of the official SDK that mean nothing here', () => {
  it('are a warning in a registration, one line for all of them', () => {
    const { log, server } = logging();
    const config = { description: 'x', execution: { taskSupport: 'optional' } };
    server.registerTool('a', config, CALLBACK);
    server.registerTool('b', config, CALLBACK);
    expect(log).toEqual([
      "'execution' of tool 'a' has no effect. For tasks there is the member 'task', with a store.",
    ]);
  });

  it.each([
    [{ paramsSchema: z.object({}) }, "It is 'inputSchema' here, in an update too."],
    [{ argsSchema: z.object({}) }, "It is 'inputSchema' for tools."],
  ])('are refused where they would be missed: %o', (config, words) => {
    const { server } = logging();
    expect(() => server.registerTool('x', config as object, CALLBACK)).toThrow(refusal(words));
    const tool = server.registerTool('x', {}, CALLBACK);
    expect(() => tool.update(config as object)).toThrow(refusal(words));
  });
});

describe('values of the wrong kind', () => {
  it.each([
    [{ inputSchema: 'x' }, "'inputSchema' of tool 'x' must be a schema"],
    [{ inputSchema: null }, "'inputSchema' of tool 'x' must be a schema"],
    [{ outputSchema: 7 }, "'outputSchema' of tool 'x' must be a schema"],
    [{ annotations: 'x' }, "'annotations' of tool 'x' must be an object"],
    [{ annotations: { readOnlyHint: 'yes' } }, "has 'readOnlyHint', which must be true or false"],
    [{ annotations: { title: 1 } }, "has 'title', which must be text"],
  ])('are refused for a tool: %o', (config, words) => {
    expect(() => SERVER.registerTool('x', config as object, CALLBACK)).toThrow(refusal(words));
  });

  it.each([
    [{ mimeType: 1 }, "'mimeType' of resource 'x' must be text"],
    [{ size: -1 }, "'size' of resource 'x' must be a whole number"],
    [{ annotations: { audience: 'user' } }, "has 'audience'"],
    [{ annotations: { priority: 2 } }, "has 'priority'"],
    [{ cacheHint: 5 }, "'cacheHint' of resource 'x' must be an object"],
    [{ cacheHint: { ttlms: 5 } }, "Did you mean 'ttlMs'?"],
  ])('are refused for a resource: %o', (config, words) => {
    const register = (): unknown =>
      SERVER.registerResource('x', 'a://b', config as object, CALLBACK);
    expect(register).toThrow(refusal(words));
  });

  it('may be members that later versions of the protocol add to annotations', () => {
    const { log, server } = logging();
    server.registerTool('x', { annotations: { later: 1 } as object }, CALLBACK);
    expect(log).toEqual([]);
  });

  it.each([undefined, 7, '', null])('are refused as the name %o', (name) => {
    const named = name as string;
    expect(() => SERVER.registerTool(named, {}, CALLBACK)).toThrow(refusal('The name of'));
    expect(() => SERVER.registerPrompt(named, {}, CALLBACK)).toThrow(refusal('The name of'));
    expect(() => SERVER.registerResource(named, 'a://b', {}, CALLBACK)).toThrow(
      refusal('The name'),
    );
  });
});

describe('a resource that could never be read is refused', () => {
  it.each([
    ['notes://{id}', 'pass new ResourceTemplate'],
    ['file:///a b', 'must be escaped'],
    ['notes', 'is not an absolute URI'],
    [{ uriTemplate: 'a://{b}' }, "a ResourceTemplate of 'mcp-rondo'"],
    [undefined, "a ResourceTemplate of 'mcp-rondo'"],
  ])('%o', (uri, words) => {
    const register = (): unknown => SERVER.registerResource('r', uri as string, {}, CALLBACK);
    expect(register).toThrow(refusal(words));
  });
});

describe('where any member may be, a slip of the pen is refused', () => {
  it.each([
    ['readOnly', 'readOnlyHint'],
    ['readonlyHint', 'readOnlyHint'],
    ['destuctiveHint', 'destructiveHint'],
  ])('annotation %s', (wrong, meant) => {
    const register = (): unknown =>
      SERVER.registerTool('slip', { annotations: { [wrong]: true } }, CALLBACK);
    expect(register).toThrow(refusal(`has '${wrong}', and there is '${meant}'`));
  });

  it.each([
    ['titel', 'title'],
    ['websiteURL', 'websiteUrl'],
  ])('%s of a server', (wrong, meant) => {
    const info = { name: 's', version: '1', [wrong]: 'https://a.example' };
    expect(() => new McpServer(info)).toThrow(refusal(`Did you mean '${meant}'?`));
  });

  it('and others are sent as they are', () => {
    const server = new McpServer({ name: 's', version: '1', vendor: 'x' } as never);
    server.registerTool('t', { annotations: { readWriteHint: true } as never }, CALLBACK);
  });
});

describe('a resource template', () => {
  const make = (callbacks: unknown, text: unknown = 'a://{user}'): unknown =>
    new ResourceTemplate(text as string, callbacks as never);

  it.each([
    [undefined, 'needs its callbacks: { list: undefined }'],
    [{ list: 'x' }, "'list' of ResourceTemplate 'a://{user}' must be a function"],
    [{}, "needs 'list'; undefined if it lists nothing"],
    [{ lst: undefined }, "needs 'list'; undefined if it lists nothing"],
    [{ list: undefined, completes: {} }, "Did you mean 'complete'?"],
    [{ list: undefined, complete: CALLBACK }, "'complete' of ResourceTemplate"],
    [{ list: undefined, complete: { usr: CALLBACK } }, "Did you mean 'user'?"],
    [{ list: undefined, complete: { user: ['a'] } }, "has 'user', which is no function"],
  ])('is refused with the callbacks %o', (callbacks, words) => {
    expect(() => make(callbacks)).toThrow(refusal(words));
  });

  it('is refused if it is no text', () => {
    expect(() => make({ list: undefined }, 7)).toThrow(refusal('must be text'));
  });
});

describe('suggestions', () => {
  it('are refused without a function, or without a schema', () => {
    expect(() => completable(z.string(), ['a'] as never)).toThrow(refusal('needs a function'));
    expect(() => completable((() => []) as never, z.string() as never)).toThrow(
      refusal('needs the schema'),
    );
  });
});

describe('the options of the testing kit', () => {
  const factory = (): McpServer => new McpServer(INFO);
  const host = testServer((options) => {
    const server = new McpServer(INFO, options);
    server.registerTool('x', {}, async (ctx) => String(await ctx.confirm('sure', 'Sure?')));
    return server;
  });

  it.each([
    [{ instance: 2 }, "Did you mean 'instances'?"],
    [{ now: 'today' }, "'now' of testServer() must be a time"],
    [{ state: {} }, 'Give it to McpServer'],
  ])('of a host are refused: %o', (options, words) => {
    expect(() => testServer(factory, options as object)).toThrow(refusal(words));
  });

  it('of a host begin with the function that makes the server', () => {
    expect(() => testServer(factory() as never)).toThrow(
      refusal('a function that makes the server'),
    );
    expect(() => host.deploy(undefined as never)).toThrow(refusal('a function'));
  });

  it.each([
    [{ principle: 'ada' }, "Did you mean 'principal'?"],
    [{ principal: 7 }, "'principal' of a call of testServer()"],
    [{ maxRounds: 1.5 }, "'maxRounds' of a call of testServer()"],
  ])('of a call are refused: %o', async (options, words) => {
    await expect(host.callTool('x', {}, options as object)).rejects.toThrow(refusal(words));
  });

  it('of an expectation and of a fork are refused', async () => {
    const flow = await host.callTool('x');
    const expected = { mesage: 'Sure?' } as object;
    expect(() => flow.expectAsk('sure', expected)).toThrow(refusal("Did you mean 'message'?"));
    const other = { args: {} } as object;
    expect(() => flow.fork(other)).toThrow(refusal("'args' is not an option of fork()"));
  });
});

describe.each(kinds(new McpServer(INFO, { store: memoryStore(), logger: silent })).slice(1))(
  'TS-4 the config of %s, which is never a task,',
  (_, register) => {
    it.each([{ task: 'always' }, { withoutTasks: 'tools' }, { aliases: ['old'] }])(
      'has no members of tasks: %o',
      (config) => {
        const [name] = Object.keys(config);
        expect(() => register(config, CALLBACK)).toThrow(refusal(`'${name}'`, 'is for tools'));
      },
    );
  },
);

describe('EN-14 keys of _meta', () => {
  it('that other vendors have introduced are sent, with one warning in all', () => {
    const { log, server } = logging();
    const _meta = { 'openai/toolInvocation/invoking': 'Looking', 'a.b/-': 1, 'x/é': 2 };
    server.registerTool('t', { _meta }, CALLBACK);
    server.registerPrompt('p', { _meta }, CALLBACK);
    expect(log).toEqual([
      "'openai/toolInvocation/invoking' in the _meta of 't' is not a key as the protocol spells " +
        'them; clients may refuse it.',
    ]);
  });
});
