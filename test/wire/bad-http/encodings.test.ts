/** Bodies that are not the text they have to be, or far more of it. */
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { callsByFetch, client, failure } from '../../support/bad-servers/calls.ts';
import { done, reply, send } from '../../support/bad-servers/messages.ts';
import { badServers } from '../../support/bad-servers/server.ts';

const { serving } = badServers();

const QUICKLY = { [constants.BROTLI_PARAM_QUALITY]: 2 };

describe('encodings', () => {
  it('bytes that are not UTF-8 are an invalid response', async () => {
    for (const bad of [[0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80]]) {
      for (const type of ['application/json', 'text/event-stream']) {
        const body = Buffer.concat([
          Buffer.from('data: {"'),
          Buffer.from(bad),
          Buffer.from('\n\n'),
        ]);
        const { url } = await serving(({ response }) => send(response, body, { type }));
        const error = await failure(client(url).callTool('t'));
        expect(error).toMatchObject({ name: 'InvalidResponseError', code: 'invalid_response' });
        expect(error.message).toContain('bytes that are not UTF-8');
      }
    }
  });

  it('a character that is cut off at the end is an invalid response', async () => {
    const { url } = await serving(({ message, response }) =>
      send(response, Buffer.concat([Buffer.from(done(message)), Buffer.from([0xe2, 0x82])])),
    );
    expect(await failure(client(url).callTool('t'))).toMatchObject({ code: 'invalid_response' });
  });

  it('characters may be cut by the network anywhere', async () => {
    const text = 'Zoë 🦊 世界';
    const { url } = await serving(({ message, response }) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      for (const byte of Buffer.from(reply(message.id, { result: { content: [], text } }))) {
        response.write(Buffer.from([byte]));
      }
      response.end();
    });
    expect(await client(url).callTool('t')).toMatchObject({ text });
  });

  it('a response that cannot be decompressed is a failure', async () => {
    const { url } = await serving(({ response }) => {
      const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
      response.writeHead(200, headers).end('this is not gzip');
    });
    const error = await failure(client(url).callTool('t'));
    expect(error).toMatchObject({ code: 'transport_failed' });
    expect(error.message).toContain('broke off its response');
  });

  it('a response in an encoding that was not asked for is a failure', async () => {
    const { url } = await serving(({ message, response }) => {
      const headers = { 'content-type': 'application/json', 'content-encoding': 'compress' };
      response.writeHead(200, headers).write(`${done(message)}!`);
      // The platform's fetch takes it for what it is not, to its end.
      if (callsByFetch()) response.end();
    });
    const error = await failure(client(url).callTool('t'));
    const code = callsByFetch() ? 'invalid_response' : 'transport_failed';
    expect(error).toMatchObject({ code });
    expect(error.message).toMatch(/encoded as compress, which was not asked for|not valid JSON/);
  });

  it.each([
    ['gzip', gzipSync],
    ['br', (bytes: Buffer) => brotliCompressSync(bytes, { params: QUICKLY })],
  ])(
    'a bomb in %s is an invalid response, and is not decompressed into memory',
    async (name, pack) => {
      const bomb = pack(Buffer.alloc(256 * 1024 * 1024, ' '));
      expect(bomb.length).toBeLessThan(1024 * 1024);
      const { url } = await serving(({ response }) => {
        const headers = { 'content-type': 'application/json', 'content-encoding': name };
        response.writeHead(200, headers).end(bomb);
      });
      const before = process.memoryUsage().rss;
      const error = await failure(client(url).callTool('t'));
      expect(error).toMatchObject({ code: 'invalid_response' });
      expect(error.message).toContain('more than 16777216 bytes');
      expect(process.memoryUsage().rss - before).toBeLessThan(128 * 1024 * 1024);
    },
  );
});
