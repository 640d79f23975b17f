import { type ServerFactory, TestHost, type TestHostOptions } from './test-host.ts';

/**
 * Hosts a server for a test, in this process. Nothing has to be closed.
 *
 * @example
 * ```ts
 * import { McpServer } from 'mcp-rondo';
 * import { testServer } from 'mcp-rondo/testing';
 *
 * const host = testServer((options) => {
 *   const server = new McpServer({ name: 'files', version: '1.0.0' }, options);
 *   server.registerTool('delete', {}, async (ctx) =>
 *     (await ctx.confirm('sure', 'Delete it?')) ? 'Deleted.' : 'Nothing deleted.',
 *   );
 *   return server;
 * });
 *
 * const flow = await host.callTool('delete');
 * flow.expectAsk('sure', { message: 'Delete it?' });
 * await flow.answer('sure', true);
 * console.log(flow.expectResult());
 * ```
 *
 * @param factory makes one instance: spread its argument into the options of `McpServer`
 * @throws RondoError `invalid_options`
 */
export function testServer(factory: ServerFactory, options: TestHostOptions = {}): TestHost {
  return new TestHost(factory, options);
}
