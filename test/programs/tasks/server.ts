/** What the official client of tasks is tried against. */
import { McpServer, RpcError, memoryStore } from 'mcp-rondo';

/** @param pollInterval what it says about how often to look, in ms */
export function taskServer(pollInterval = 20): McpServer {
  const options = { store: memoryStore(), tasks: { pollInterval } };
  const server = new McpServer({ name: 'tasks', version: '1.0.0' }, options);
  server.registerTool('plain', {}, () => 'At once.');
  server.registerTool('report', { task: 'always' }, (ctx) => ctx.step('report', () => 'Reported.'));
  server.registerTool('hang', { task: 'always' }, async (ctx) => {
    await new Promise((resolve) => ctx.signal.addEventListener('abort', resolve));
    return 'Too late.';
  });
  server.registerTool('protocol_error', { task: 'always' }, () => {
    throw new RpcError(-31_000, 'No such thing.', { thing: 1 });
  });
  server.registerTool('tool_error', { task: 'always' }, () => {
    throw new Error('It went wrong.');
  });
  registerAsking(server);
  return server;
}

function registerAsking(server: McpServer): void {
  server.registerTool('approve', { task: 'always' }, async (ctx) =>
    (await ctx.confirm('sure', 'Sure?')) ? 'yes' : 'no',
  );
  server.registerTool('several', { task: 'always' }, async (ctx) => {
    const messages = [{ role: 'user', content: { type: 'text', text: 'A poem?' } }] as const;
    const { form, model, folders } = await ctx.all({
      form: ctx.confirm('form', 'Sure?'),
      model: ctx.sample('model', { messages: [...messages], maxTokens: 10 }),
      folders: ctx.listRoots('folders'),
    });
    const { text } = model.content as { text: string };
    return `${form}, ${text}, ${folders.length} root`;
  });
  server.registerTool('detaches', {}, async (ctx) => {
    const before = await ctx.confirm('before', 'Begin?');
    await ctx.detach();
    return `${before}, ${await ctx.confirm('after', 'Go on?')}`;
  });
  server.registerTool('parts', { task: 'always' }, async (ctx) => {
    ctx.status('part 1');
    await ctx.confirm('one', 'Go on?');
    ctx.status('part 2');
    await ctx.confirm('two', 'Go on?');
    return 'Both.';
  });
}
