/** 25 mistakes that authors make, and what each reads: what is wrong, where, and what to do. */
import { expect, it } from 'vitest';
import * as z from 'zod';
import { McpServer } from 'mcp-rondo';
import type { Context } from 'mcp-rondo';
import { type HostedOptions, testServer } from 'mcp-rondo/testing';

const INFO = { name: 's', version: '1' };

/** The first line that an author reads of a mistake: of what is thrown, or else of the log. */
type Program = () => string | Promise<string>;

/** A mistake at start-up. */
function starting(start: (server: McpServer) => unknown): Program {
  return () => {
    try {
      start(new McpServer(INFO));
    } catch (error) {
      return (error as Error).message;
    }
    return 'nothing';
  };
}

/** A mistake in a handler of the tool `deploy`, which is called once. */
function calling(handler: (ctx: Context) => unknown, config = {}): Program {
  return async () => {
    const host = testServer(
      (options: HostedOptions) => {
        const server = new McpServer(INFO, options);
        server.registerTool('deploy', config, handler as () => string);
        return server;
      },
      { instances: 1 },
    );
    await host.callTool('deploy');
    // Some mistakes are known only when the handler is through.
    await new Promise((resolve) => setImmediate(resolve));
    return host.log[0]?.message.split('\n')[0] ?? 'nothing';
  };
}

const Nested = z.object({ address: z.object({ city: z.string() }) });
const untyped = (ctx: Context): Record<string, (...args: unknown[]) => unknown> => ctx as never;

const MISTAKES: [mistake: string, program: Program, message: string][] = [
  [
    'an option is misspelled',
    starting(() => new McpServer(INFO, { instruction: 'x' } as never)),
    "'instruction' is not an option of McpServer. Did you mean 'instructions'?",
  ],
  [
    'an option stands at the wrong level',
    starting(() => new McpServer(INFO, { authenticate: () => undefined } as never)),
    "'authenticate' is not an option of McpServer. It belongs under 'http'.",
  ],
  [
    'the server has no name',
    starting(() => new (McpServer as unknown as new () => McpServer)()),
    'A server needs a name and a version: new McpServer({ name, version }).',
  ],
  [
    "the server's version is misspelt",
    starting(() => new McpServer({ name: 'x', verison: '1' } as never)),
    "A server's 'verison' is not known. Did you mean 'version'?",
  ],
  [
    'the config of a tool is forgotten',
    starting((server) => server.registerTool('a', (() => 'x') as never, undefined as never)),
    "The options of tool 'a' must be an object; {} for none.",
  ],
  [
    'the callback of a tool is forgotten',
    starting((server) => server.registerTool('a', {}, undefined as never)),
    "The callback of tool 'a' must be a function: it is the last argument.",
  ],
  [
    'a name is used for two tools',
    starting((server) => {
      server.registerTool('a', {}, () => 'x');
      server.registerTool('a', {}, () => 'y');
    }),
    "Tool 'a' is registered already. Choose another name, or update() it.",
  ],
  [
    'a template is given as a text',
    starting((server) => server.registerResource('note', 'notes://{id}', {}, () => 'x')),
    "The uri of resource 'note' is a template: pass new ResourceTemplate(text, { list: undefined }).",
  ],
  [
    'a resource has a path instead of a URI',
    starting((server) => server.registerResource('note', 'notes/1', {}, () => 'x')),
    "The uri of resource 'note' is not an absolute URI, such as notes://today.",
  ],
  [
    'a capability is misspelled',
    starting((server) =>
      server.registerTool('a', { requires: { elicit: {} } as never }, () => 'x'),
    ),
    "Option 'requires' of tool 'a' has 'elicit', which no client declares. " +
      'There are: elicitation, sampling, roots, extensions, experimental.',
  ],
  [
    'a state key is a password',
    starting(() => new McpServer(INFO, { state: { keys: ['secret'] } })),
    'State key 1 is not 32 bytes in base64url (43 characters). Make one with `npx mcp-rondo keygen`.',
  ],
  [
    'an allowed host is a URL',
    starting(() => new McpServer(INFO, { http: { allowedHosts: ['https://mcp.example.com'] } })),
    "Option 'http.allowedHosts' of McpServer must be an array of host names, " +
      'written as mcp.example or mcp.example:8443; item [0] is not one.',
  ],
  [
    'a step is not awaited',
    calling((ctx) => {
      void ctx.step('mail', () => 1);
      return 'sent';
    }),
    "tools/call 'deploy': step 'mail' was not awaited: its failure would go unseen. " +
      'Await it, or add .catch(() => {}) if it does not matter.',
  ],
  [
    'a question is not awaited',
    calling((ctx) => {
      void ctx.confirm('sure', 'Sure?');
      return 'done';
    }),
    "tool 'deploy' failed: unawaited_ask: The handler returned without awaiting 'sure', which was " +
      'never answered. Await it, or add .catch(() => {}) if its answer does not matter.',
  ],
  [
    'the key of a question is forgotten',
    calling((ctx) => untyped(ctx)['confirm']!('Delete everything?')),
    "tool 'deploy' failed: invalid_elicitation: 'Delete everything?': The message of confirm(key, message) is not a " +
      'string. Is an argument missing, such as the key?',
  ],
  [
    'a key is used twice in a loop',
    calling(async (ctx) => {
      for (const file of ['a', 'b']) await ctx.step('copy', () => file);
    }),
    "tool 'deploy' failed: duplicate_key: The key 'copy' is used twice. In a loop, compute it: " +
      '`name-${i}`.',
  ],
  [
    'a question is asked in a step',
    calling((ctx) => ctx.step('release', () => ctx.confirm('sure', 'Sure?'))),
    "tool 'deploy' failed: ask_in_step: 'sure' was asked inside step 'release'. Ask first, then " +
      'run the step.',
  ],
  [
    'a step is taken in a step',
    calling((ctx) => ctx.step('outer', () => ctx.step('inner', () => 1))),
    "tool 'deploy' failed: step_in_step: Step 'inner' was started inside step 'outer'. Take one " +
      'after the other.',
  ],
  [
    'a step returns an instance of a class',
    calling((ctx) => ctx.step('plan', () => new (class Plan {})())),
    "tools/call 'deploy': step 'plan': the value is an instance of Plan and cannot be recorded. " +
      'Return plain data from it.',
  ],
  [
    'a step returns very much',
    calling(async (ctx) => {
      await ctx.step('load', () => 'x'.repeat(50_000));
      return ctx.confirm('sure', 'Sure?');
    }),
    "tools/call 'deploy' failed: state_too_large: The request state would have 67165 characters; " +
      'at most 32768 are allowed. Record less in steps and answers, or raise the limit ' +
      "(state.maxLength of McpServer). Largest entries: 'load' (50019).",
  ],
  [
    'a form has a field with fields',
    calling((ctx) => ctx.elicit('who', { message: 'Who?', schema: Nested })),
    "tool 'deploy' failed: invalid_elicitation: 'who': This cannot be asked in a form: property 'address' " +
      'is not a string, number, integer, boolean or choice.',
  ],
  [
    'a question is asked as in the official SDK',
    calling((ctx) => untyped(ctx)['elicit']!('who', { message: 'Who?', requestedSchema: Nested })),
    "tool 'deploy' failed: invalid_options: 'who': 'requestedSchema' is not an option of elicit(). Did " +
      "you mean 'schema'?",
  ],
  [
    'a list is given to ctx.all',
    calling((ctx) => untyped(ctx)['all']!([ctx.confirm('a', 'A?')])),
    "tool 'deploy' failed: invalid_options: ctx.all() takes a record of asks: " +
      'ctx.all({ a: ctx.confirm(…) }). For a list there is Promise.all.',
  ],
  [
    'a log level is one of another library',
    calling((ctx) => {
      ctx.log('warn' as never, 'x');
      return 'done';
    }),
    "tools/call 'deploy': ctx.log(level, data) got 'warn' as its level. Nothing was sent. There " +
      'are: debug, info, notice, warning, error, critical, alert, emergency.',
  ],
  [
    'a handler returns what is no result',
    calling(() => ({ rows: [] })),
    "tools/call 'deploy' failed: TypeError: the tool returned an object without content: return a " +
      'string or { content }, or give the tool an outputSchema',
  ],
  [
    'a handler waits for something that does not come',
    calling((ctx) => ctx.step('slow', () => new Promise(() => {})), { roundTimeout: 20 }),
    "tool 'deploy' failed: round_timeout: The round took longer than 20 ms, waiting for steps " +
      "'slow'. Split the work with ctx.checkpoint() or raise roundTimeout.",
  ],
];

it.each(MISTAKES)('says what to do when %s', async (_mistake, program, message) => {
  expect((await program()).replace(/have \d+ characters/, 'have 67165 characters')).toBe(message);
});
