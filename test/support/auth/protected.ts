/** Servers that verify tokens, served over HTTP, and a raw client that sends what it likes. */
import { request as httpRequest } from 'node:http';
import { onTestFinished } from 'vitest';
import { McpServer, type ServerOptions } from 'mcp-rondo';
import { type BearerOptions, bearer, jwt } from 'mcp-rondo/auth';
import { type Serving, serve } from 'mcp-rondo/node';
import { TEST_KEY } from '../each-wire.ts';
import { silent, warningsTo } from '../logger.ts';
import { type Message, call } from '../messages.ts';
import { headersFor } from '../wires.ts';
import { type Issuer, RESOURCE, openIssuer } from './issuer.ts';

export interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly text: string;
}

export interface SendOptions {
  readonly token?: string | undefined;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly query?: string;
  readonly method?: string;
  readonly path?: string;
}

export interface Protected {
  readonly serving: Serving;
  readonly warnings: string[];
  send(message?: Message, options?: SendOptions): Promise<Answer>;
}

/** The message in a response, of JSON or the last of a stream. */
export function messageIn({ text }: Answer): Message {
  const events = text.split('\n').filter((line) => line.startsWith('data: '));
  return JSON.parse(events.at(-1)?.slice('data: '.length) ?? text) as Message;
}

export function bearerFor(
  issuer: string,
  options: Partial<BearerOptions> = {},
): ReturnType<typeof bearer> {
  return bearer({ resource: RESOURCE, issuer, verify: jwt(), ...options });
}

export async function openProtected(
  setUp: (server: McpServer) => void,
  options: ServerOptions,
): Promise<Protected> {
  const warnings: string[] = [];
  const logger = {
    ...silent,
    ...warningsTo(warnings),
    error: (text: string) => void warnings.push(text),
  };
  const server = new McpServer(
    { name: 'protected', version: '1' },
    { logger, state: { keys: [TEST_KEY] }, ...options },
  );
  setUp(server);
  const serving = await serve(server, { port: 0, signals: false });
  return { serving, warnings, send: (message, how) => sendTo(serving.port, message, how) };
}

/** A server with the tool `who`, and the issuer of its tokens; closed when the test has finished. */
export async function openWithIssuer(verify = jwt()): Promise<[Issuer, Protected]> {
  const issuer = await openIssuer();
  const authenticate = bearerFor(issuer.url, { verify });
  const server = await openProtected((target) => void target.registerTool('who', {}, () => 'you'), {
    http: { authenticate },
  });
  onTestFinished(async () => {
    await server.serving.close();
    issuer.close();
  });
  return [issuer, server];
}

export async function statusOf(server: Protected, token: string): Promise<number> {
  return (await server.send(call('who'), { token })).status;
}

/** Sends a message; with `method`, a request without one. */
export function sendTo(
  port: number,
  message: Message = call('who'),
  { token, headers, query = '', method = 'POST', path = '/mcp' }: SendOptions = {},
): Promise<Answer> {
  const all = {
    ...(method === 'POST' && headersFor(message)),
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...headers,
  };
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ port, method, path: path + query, headers: all, agent: false });
    outgoing.once('error', reject).once('response', async (incoming) => {
      let text = '';
      for await (const chunk of incoming.setEncoding('utf8')) text += chunk as string;
      resolve({ status: incoming.statusCode!, headers: incoming.headers, text });
    });
    outgoing.end(method === 'POST' ? JSON.stringify(message) : undefined);
  });
}
