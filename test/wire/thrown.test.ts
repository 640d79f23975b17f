/** Whatever author code throws, the call that threw it gets an answer and the server goes on. */
import { expect, it } from 'vitest';
import { ResourceTemplate } from 'mcp-rondo';
import { overWires } from '../support/each-wire.ts';
import { HOSTILE_ERRORS } from '../../src/base/test-support/hostile-errors.ts';
import { call, request, textOf } from '../support/messages.ts';

overWires('thrown by author code', ['node', 'fetch', 'stdio', 'in process'], ({ open }) => {
  it.each(HOSTILE_ERRORS)(
    'a handler that throws %s fails its own call only',
    async (_name, make) => {
      const { send } = await open((server) => {
        const fail = (): never => {
          throw make();
        };
        server.registerTool('throws', {}, fail);
        server.registerTool('rejects', {}, () => Promise.reject(make()));
        server.registerTool('step', {}, (ctx) => ctx.step('work', fail));
        server.registerTool('cleanup', {}, (ctx) => {
          ctx.onRoundEnd(fail);
          return 'done';
        });
        server.registerTool('yes', {}, () => 'yes');
        server.registerPrompt('prompt', {}, fail);
        const template = new ResourceTemplate('a://{name}', {
          list: () => Promise.reject(make()),
          complete: { name: fail },
        });
        server.registerResource('resource', template, {}, fail);
      });
      for (const tool of ['throws', 'rejects', 'step']) {
        const { response } = await send(call(tool));
        expect(response.result).toMatchObject({ isError: true });
        expect(textOf(response)).not.toBe('');
      }
      expect(textOf((await send(call('cleanup'))).response)).toBe('done');
      const ref = { type: 'ref/resource', uri: 'a://{name}' };
      const others = [
        request('prompts/get', { name: 'prompt' }),
        request('resources/read', { uri: 'a://b' }),
        request('resources/list'),
        request('completion/complete', { ref, argument: { name: 'name', value: '' } }),
      ];
      for (const message of others) {
        expect((await send(message)).response.error).toMatchObject({ code: -32603 });
      }
      expect(textOf((await send(call('yes'))).response)).toBe('yes');
    },
  );
});
