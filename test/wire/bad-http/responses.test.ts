/** Servers, and whatever stands before them, that answer with something else than a message. */
import { describe, expect, it } from 'vitest';
import { StateRefusedError } from '../../../src/client/index.ts';
import { SOON, client, failure } from '../../support/bad-servers/calls.ts';
import {
  done,
  event,
  notice,
  refusal,
  reply,
  send,
  stream,
} from '../../support/bad-servers/messages.ts';
import { type BadServer, badServers } from '../../support/bad-servers/server.ts';

const { serving } = badServers();

describe.each([
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [405, 'Method Not Allowed'],
  [413, 'Payload Too Large'],
  [429, 'Too Many Requests'],
  [500, 'Internal Server Error'],
  [503, 'Service Unavailable'],
])('HTTP %d', (status, words) => {
  it.each([
    ['application/json', (text: string) => text],
    ['application/json; charset=utf-8', (text: string) => text],
    ['text/event-stream', event],
  ])(`T10 HC-11 HTTP ${status} with an error as %s is that error`, async (type, wrap) => {
    const { url } = await serving(({ message, response }) =>
      send(response, wrap(refusal(message, -32603, 'Busy')), { type, status }),
    );
    const error = await failure(client(url).callTool('t'));
    expect(error).toMatchObject({ name: 'RpcError', code: -32603, message: 'Busy' });
  });

  it.each([
    ['a page for people', 'text/html', '<h1>No</h1>'],
    ['nothing', 'application/json', ''],
    ['nothing of no type', '', ''],
    ['JSON that is no message', 'application/json', '{"error":"invalid_token"}'],
    ['an error without a code', 'application/json', '{"jsonrpc":"2.0","error":{"message":""}}'],
    ['JSON cut in half', 'application/json', '{"jsonrpc":"2.0","err'],
    ['problem details', 'application/problem+json', '{"title":"No","status":503}'],
    ['a stream without a message', 'text/event-stream', ': no\n\n'],
  ])(`HTTP ${status} with %s is an error that names the status`, async (_title, type, body) => {
    const server = await serving(({ response }) => send(response, body, { type, status }));
    const error = await failure(client(server.url).callTool('t'));
    expect(error).toMatchObject({ name: 'RondoError', code: 'transport_failed' });
    expect(error.message).toBe(`${server.url} answered with HTTP ${status} ${words}.`);
    expect(server.received).toHaveLength(1);
  });
});

describe('success without a message', () => {
  it.each([
    [200, 'text/html', '<html>', 'HTTP 200 and text/html, not with a message'],
    [200, 'text/plain', 'ok', 'HTTP 200 and text/plain, not with a message'],
    [200, 'application/json-seq', '{}', 'HTTP 200 and application/json-seq, not'],
    [200, 'application/json', '', 'HTTP 200 and no content'],
    [200, 'application/json', '<html>', 'not valid JSON'],
    [200, 'text/event-stream', '', 'it ended its stream without a response'],
    [200, '', '', 'HTTP 200 and no content'],
    [202, '', '', 'HTTP 202 and no content'],
    [202, 'application/json', '', 'HTTP 202 and no content'],
    [204, '', '', 'HTTP 204 and no content'],
  ])(
    'HTTP %d of type %j with body %j is an invalid response',
    async (status, type, body, words) => {
      const { url } = await serving(({ response }) => send(response, body, { status, type }));
      const error = await failure(client(url).callTool('t'));
      expect(error).toMatchObject({ name: 'InvalidResponseError', code: 'invalid_response' });
      expect(error.message).toContain(words);
    },
  );

  it('a very long content type is cut in the error', async () => {
    const type = `text/${'x'.repeat(8_000)}`;
    const { url } = await serving(({ response }) => send(response, 'x', { type }));
    const error = await failure(client(url).callTool('t'));
    expect(error).toMatchObject({ code: 'invalid_response' });
    expect(error.message.length).toBeLessThan(300);
  });
});

describe('types', () => {
  it.each([
    'application/json; charset=utf-8',
    'Application/JSON;charset=UTF-8',
    'application/json ; a="b;c"',
  ])('HC-2 the content type %s is JSON', async (type) => {
    const { url } = await serving(({ message, response }) =>
      send(response, done(message), { type }),
    );
    expect(await client(url).callTool('t')).toHaveProperty('content');
  });

  it('HC-2 the content type Text/Event-Stream; charset=utf-8 is a stream', async () => {
    const type = 'Text/Event-Stream; charset=utf-8';
    const { url } = await serving(({ message, response }) =>
      send(response, event(done(message)), { type }),
    );
    expect(await client(url).callTool('t')).toHaveProperty('content');
  });
});

describe('redirects', () => {
  it.each([301, 302, 303, 307, 308])(
    'a redirect with HTTP %d to another host is not followed, nor waited for',
    async (status) => {
      const other = await serving(({ message, response }) => send(response, done(message)));
      const server = await serving(({ response }) => {
        response.writeHead(status, { location: other.url });
        // The body goes on for ever.
        response.write('x');
      });
      const headers = { authorization: 'Bearer secret' };
      const error = await failure(client(server.url, { http: { headers } }).callTool('t'));
      expect(error).toMatchObject({ code: 'invalid_response' });
      expect(error.message).toContain(`a redirect to ${other.url}, which is not followed`);
      expect(other.received).toEqual([]);
      expect(server.received).toHaveLength(1);
    },
  );

  it('a redirect with HTTP 307 to the same server is not followed', async () => {
    const server = await serving(({ response }) =>
      response.writeHead(307, { location: '/mcp/' }).end(),
    );
    const error = await failure(client(server.url).callTool('t'));
    expect(error).toMatchObject({ code: 'invalid_response' });
    expect(server.received).toHaveLength(1);
  });

  it.each([300, 304])('a redirect with HTTP %d and no location is a failure', async (status) => {
    const { url } = await serving(({ response }) => response.writeHead(status).end());
    const error = await failure(client(url).callTool('t'));
    expect(error).toMatchObject({ code: 'transport_failed' });
    expect(error.message).toContain(`HTTP ${status}`);
  });
});

describe('a server that never lets anybody in', () => {
  const denying = (): Promise<BadServer> =>
    serving(({ response }) => void response.writeHead(401, { 'www-authenticate': 'x' }).write('x'));

  it('a server that denies everybody is called once more, and not again', async () => {
    const server = await denying();
    const http = { authorize: () => true };
    const error = await failure(client(server.url, { http }).callTool('t'));
    expect(error).toMatchObject({ code: 'transport_failed' });
    expect(error.message).toContain('HTTP 401 Unauthorized');
    expect(server.received).toHaveLength(2);
  });

  it('a server that denies everybody is left when authorize rejects', async () => {
    const { url } = await denying();
    const mine = new Error('mine');
    const http = { authorize: () => Promise.reject(mine) };
    expect(await failure(client(url, { http }).callTool('t'))).toBe(mine);
  });

  it('PG-6 authorize that never resolves does not hold a call beyond its deadline', async () => {
    const { url } = await denying();
    const http = { authorize: () => new Promise<boolean>(() => {}) };
    const error = await failure(client(url, { http }).callTool('t', {}, SOON));
    expect(error).toMatchObject({ code: 'timeout' });
  });
});

describe('what is no error', () => {
  it('T6 a refused state is an error with the answers, whatever status it comes with', async () => {
    const { url } = await serving(({ message, response }) => {
      if (message.params!['requestState'] !== undefined) {
        return send(response, refusal(message, -32602), { status: 400 });
      }
      const result = { resultType: 'input_required', requestState: 's' };
      return send(response, reply(message.id, { result }));
    });
    expect(await failure(client(url).callTool('t'))).toBeInstanceOf(StateRefusedError);
  });

  it('HC-2 comments, empty events, other events and strange fields are passed over', async () => {
    const { url } = await serving(({ message, response }) => {
      const strange = ': hi\n\nid: 1\ndata:\n\nretry: 10\nspare\n\nevent: ping\ndata: {}\n\n';
      const notices = event(notice('notifications/spare', { a: 1 }));
      stream(response, `\ufeff${strange}${notices}`);
      response.write(event(done(message)).replaceAll('\n', '\r\n'));
    });
    expect(await client(url).callTool('t')).toHaveProperty('content');
  });
});
