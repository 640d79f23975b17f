/** Streams end with the credentials of their caller (A11), over HTTP. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { introspection } from 'mcp-rondo/auth';
import { type Issuer, RESOURCE, inSeconds, openIssuer } from '../../support/auth/issuer.ts';
import { type Protected, bearerFor, openProtected, sendTo } from '../../support/auth/protected.ts';
import { type Message, request } from '../../support/messages.ts';
import { headersFor } from '../../support/wires.ts';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  vi.useRealTimers();
  for (const close of closers.splice(0)) await close();
});

async function open(verify?: ReturnType<typeof introspection>): Promise<[Issuer, Protected]> {
  const issuer = await openIssuer();
  const authenticate = bearerFor(issuer.url, verify && { verify });
  const server = await openProtected((target) => void target.registerTool('who', {}, () => ''), {
    http: { authenticate },
  });
  closers.push(() => server.serving.close(), issuer.close);
  return [issuer, server];
}

const listen = (): Message =>
  request('subscriptions/listen', { notifications: { toolsListChanged: true } });

/** A stream that has begun: its first data has come. */
async function begin(
  port: number,
  method: string,
  headers: object,
  body?: string,
): Promise<Stream> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const outgoing = httpRequest({
      port,
      path: '/mcp',
      method,
      headers: { ...headers },
      agent: false,
    });
    outgoing.once('error', reject).once('response', resolve).end(body);
  });
  const stream = { status: response.statusCode!, text: '', ended: Promise.resolve('') };
  const begun = new Promise((resolve) => response.once('data', resolve).once('end', resolve));
  response.setEncoding('utf8').on('data', (text: string) => (stream.text += text));
  stream.ended = new Promise((resolve) => response.once('end', () => resolve(stream.text)));
  await begun;
  return stream;
}

interface Stream {
  readonly status: number;
  readonly ended: Promise<string>;
}

function beginListening({ serving }: Protected, token: string): Promise<Stream> {
  const message = listen();
  const headers = { ...headersFor(message), authorization: `Bearer ${token}` };
  return begin(serving.port, 'POST', headers, JSON.stringify(message));
}

describe('streams of a protected server', () => {
  it('A11 a listen stream ends with its token, with its result', async () => {
    const [issuer, server] = await open();
    const stream = await beginListening(server, await issuer.token({ exp: inSeconds(2) }));
    expect(stream.status).toBe(200);
    const text = await stream.ended;
    expect(text).toContain('notifications/subscriptions/acknowledged');
    expect(text).toContain('"resultType":"complete"');
  });

  it('A11 the GET stream of an old client ends with its token', async () => {
    const [issuer, server] = await open();
    const initialize = {
      jsonrpc: '2.0' as const,
      id: 1,
      method: 'initialize',
      params: {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 'a', version: '1' },
      },
    };
    const json = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
    };
    const begun = await sendTo(server.serving.port, initialize, {
      token: await issuer.token(),
      headers: { ...json, 'mcp-protocol-version': '2025-11-25' },
    });
    const authorization = `Bearer ${await issuer.token({ exp: inSeconds(2) })}`;
    const stream = await begin(server.serving.port, 'GET', {
      accept: 'text/event-stream',
      'mcp-session-id': begun.headers['mcp-session-id'],
      authorization,
    });
    expect(stream.status).toBe(200);
    await stream.ended;
  });

  it('A11 an introspected token is asked about while its stream is open', async () => {
    const client = { client_id: 'a', client_secret: 'b' };
    const [issuer, server] = await open(introspection({ client }));
    issuer.introspect = () => ({ active: true, sub: 'ada', aud: RESOURCE });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    const stream = await beginListening(server, 'opaque');
    expect(issuer.introspected).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(60_000);
    await vi.waitFor(() => expect(issuer.introspected).toHaveLength(2));
    issuer.introspect = () => ({ active: false });
    await vi.advanceTimersByTimeAsync(60_000);
    await stream.ended;
    expect(issuer.introspected).toHaveLength(3);
  });
});
