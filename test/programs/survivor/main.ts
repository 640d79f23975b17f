/**
 * A server whose author does everything wrong: its log, its listeners, its callbacks and its handlers
 * fail. Nothing catches what reaches the process, so that anything that does ends it.
 */
import { type Context, McpServer, ResourceTemplate, completable } from 'mcp-rondo';
import { serve } from 'mcp-rondo/node';
import * as z from 'zod';
import { HOSTILE_ERRORS } from '../../../src/base/test-support/hostile-errors.ts';
import { LIBRARIES } from '../../support/odd-schemas/libraries.ts';
import { PLAIN } from '../../support/odd-schemas/plain.ts';
import { REFUSED } from '../../support/odd-schemas/refused.ts';
import { MISTAKES } from './mistakes.ts';

const boo = (): never => {
  throw new Error('boo');
};

const server = new McpServer(
  { name: 'survivor', version: '1.0.0' },
  {
    logger: { debug: boo, info: boo, warn: boo, error: boo },
    on: [boo, () => Promise.reject(new Error('boo'))],
    limits: { roundTimeout: 100, orderGrace: 50 },
    http: {
      allowedOrigins: ['https://a.example', 'app://*'],
      authenticate: ({ headers }) =>
        headers.get('authorization') === 'throw' ? boo() : { issuer: 'i', subject: 'ada' },
    },
  },
);

server.registerTool('yes', {}, () => 'yes');

for (const [i, [, inputSchema]] of [...PLAIN, ...LIBRARIES].entries()) {
  server.registerTool(`schema-${i}`, { inputSchema: inputSchema as object }, () => 'ok');
}
for (const [i, [, inputSchema]] of REFUSED.entries()) {
  try {
    server.registerTool(`refused-${i}`, { inputSchema: inputSchema as object }, () => 'ok');
  } catch {
    // As it should be.
  }
}
for (const [name, handler] of Object.entries(MISTAKES)) {
  server.registerTool(name, {}, handler as () => string);
  server.registerPrompt(name, {}, handler as () => string);
}

for (const [name, make] of HOSTILE_ERRORS) {
  const fail = (): never => {
    throw make();
  };
  const failures: Record<string, (ctx: Context) => unknown> = {
    throws: fail,
    rejects: () => Promise.reject(make()),
    'fails in a step': (ctx) => ctx.step('s', fail),
    'fails in a step that nobody awaits': (ctx) => {
      void ctx.step('s', fail);
      return 'done';
    },
    'cleans up in vain': (ctx) => {
      ctx.onRoundEnd(fail);
      return 'done';
    },
  };
  for (const [what, handler] of Object.entries(failures)) {
    server.registerTool(`${what}: ${name}`, {}, handler as () => string);
  }
  const host = `h${HOSTILE_ERRORS.findIndex(([other]) => other === name)}`;
  const template = new ResourceTemplate(`a://${host}/{x}`, {
    list: undefined,
    complete: { x: fail },
  });
  server.registerResource(name, template, {}, fail);
  server.registerPrompt(name, { argsSchema: { x: completable(z.string(), fail) } }, fail);
}

for (const uri of ['a://b/{x}/{+rest}', 'file:///é/{x}{?q,r*}', 'http://{host}/{x}']) {
  const template = new ResourceTemplate(uri, { list: undefined });
  server.registerResource(uri, template, {}, () => 'x');
}
server.registerTool('invisible', { visible: boo }, () => 'x');

server.registerTool('asks', {}, async (ctx) => {
  const schema = z.object({
    text: z.string().min(2),
    mail: z.email().optional(),
    kinds: z.array(z.enum(['a', 'b'])).optional(),
  });
  const answers = ctx.all({
    confirm: ctx.confirm('confirm', 'Go?'),
    form: ctx.elicit('form', { message: 'Who?', schema }),
    url: ctx.elicitUrl('url', { message: 'Open', url: 'https://a.example' }),
    sample: ctx.sample('sample', { messages: [], maxTokens: 5 }),
    roots: ctx.listRoots(),
  });
  return JSON.stringify(await answers.catch((error: Error) => error.name));
});

const { url } = await serve(server, { port: 0 });
console.log(`at ${url}, with ${PLAIN.length + LIBRARIES.length} schemas`);
