/** One server, in a process of its own, gets everything that is hostile or odd, and serves on. */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOSTILE_ERRORS } from '../../src/base/test-support/hostile-errors.ts';
import { MISTAKES } from '../programs/survivor/mistakes.ts';
import { type Message, call, request, retry, textOf } from '../support/messages.ts';
import { LIBRARIES } from '../support/odd-schemas/libraries.ts';
import { PLAIN } from '../support/odd-schemas/plain.ts';
import {
  ODD_BODIES,
  ODD_HEADERS,
  ODD_URIS,
  ODD_VALUES,
  READ_HEADERS,
  oddAnswers,
  oddStates,
} from '../support/odd-inputs.ts';
import { Program } from '../support/program.ts';
import { headersFor } from '../support/wires.ts';

/** How many inputs are sent at once. */
const AT_ONCE = 8;

let program: Program;
let port: number;
let sent = 0;

/** Writes a request as it is. Resolves with what came back once the connection is closed. */
function write(method: string, headers: Record<string, string>, body: string): Promise<string> {
  sent++;
  const bytes = Buffer.from(body);
  const whole = { host: `127.0.0.1:${port}`, 'content-length': String(bytes.length), ...headers };
  const lines = Object.entries({ ...whole, connection: 'close', ...headers });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(Buffer.from(`${method} /mcp HTTP/1.1\r\n${head}\r\n`, 'latin1'));
      socket.write(bytes);
    });
    // What is announced and never sent is waited for.
    socket.setTimeout(1_000, () => socket.destroy());
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      text += chunk;
      // A listen stream has no end of its own.
      if (text.includes('text/event-stream')) socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
  });
}

/** Sends a message, however odd it is, with the headers that belong to it. */
async function send(message: Message): Promise<Message> {
  const { 'mcp-name': name = 'x', ...headers } = headersFor(message);
  // What is no header value is for the tests of headers.
  const nameThatFits = /^[\x20-\x7e]{1,8000}$/.test(name) ? name : 'x';
  const answer = await write(
    'POST',
    { ...headers, 'mcp-name': nameThatFits },
    JSON.stringify(message),
  );
  const body = answer.slice(answer.indexOf('\r\n\r\n') + 4);
  return body.startsWith('{') ? (JSON.parse(body) as Message) : ({} as Message);
}

async function forEach<T>(inputs: Iterable<T>, run: (input: T) => Promise<unknown>): Promise<void> {
  const rest = inputs[Symbol.iterator]();
  const work = async (): Promise<void> => {
    for (let next = rest.next(); next.done !== true; next = rest.next()) await run(next.value);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** The server is the process that it was, and answers. */
async function isAlive(): Promise<void> {
  expect(textOf(await send(call('yes')))).toBe('yes');
  expect(program.process.exitCode).toBeNull();
  // The one line that says that the logger itself fails.
  expect(program.errors).toMatch(/^\[rondo\] The logger failed .*\n$/);
}

beforeAll(async () => {
  program = new Program('test/programs/survivor/main.ts');
  const [, address] = await program.until(/at (\S+),/);
  port = Number(new URL(address!).port);
});
afterAll(async () => {
  await program.kill();
});

describe('a server is alive and answers after', () => {
  it('SE-1 every odd body', async () => {
    const bodies = [...ODD_BODIES, ...ODD_BODIES.map((body) => `{"jsonrpc":"2.0","id":1,${body}}`)];
    const headers = headersFor(call('yes'));
    await forEach(bodies, (body) => write('POST', headers, body));
    await isAlive();
  });

  it('SE-1 every odd value of every header', async () => {
    const message = call('yes');
    const pairs = READ_HEADERS.flatMap((name) => ODD_HEADERS.map((value) => ({ [name]: value })));
    const body = JSON.stringify(message);
    await forEach(pairs, (odd) => write('POST', { ...headersFor(message), ...odd }, body));
    await forEach(pairs, (odd) => write('OPTIONS', odd, ''));
    await forEach(['GET', 'PUT', 'DELETE', 'HEAD', 'TRACE', 'M-SEARCH', '\u00ff'], (method) =>
      write(method, headersFor(message), body),
    );
    await isAlive();
  });

  it('AU-2 an authenticate that throws', async () => {
    const headers = { ...headersFor(call('yes')), authorization: 'throw' };
    expect(await write('POST', headers, JSON.stringify(call('yes')))).toMatch(/^HTTP\/1.1 401/);
    await isAlive();
  });

  it('EN-5 every odd value in every member of a request', async () => {
    const methods = [
      'tools/call',
      'tools/list',
      'prompts/get',
      'resources/read',
      'server/discover',
    ];
    const more = ['completion/complete', 'subscriptions/listen', 'initialize', 'tasks/get'];
    const names = ['name', 'uri', 'arguments', 'cursor', 'ref', 'argument', 'notifications'];
    const members = [...names, 'inputResponses', 'requestState', '_meta', 'context'];
    const messages = [...methods, ...more].flatMap((method) =>
      members.flatMap((member) =>
        ODD_VALUES.map((value) => {
          const { params, ...message } = request(method, { name: 'yes', uri: 'a://b/c/d' });
          return { ...message, params: { ...params, [member]: value } as typeof params };
        }),
      ),
    );
    await forEach(messages, send);
    await isAlive();
  });

  it('RE-3 every odd URI, read, completed and listened to', async () => {
    const listen = (uri: string): object => ({ notifications: { resourceSubscriptions: [uri] } });
    await forEach(ODD_URIS, async (uri) => {
      await send(request('resources/read', { uri }));
      const ref = { type: 'ref/resource', uri };
      await send(request('completion/complete', { ref, argument: { name: 'x', value: uri } }));
      await send(request('subscriptions/listen', listen(uri) as Message['params']));
    });
    const all = { notifications: { resourceSubscriptions: ODD_URIS } };
    await send(request('subscriptions/listen', all));
    await isAlive();
  });

  it('TO-6 every odd value to every odd schema', async () => {
    const rows = [...PLAIN, ...LIBRARIES].entries();
    const calls = Array.from(rows).flatMap(([i, [, , fits, doesNotFit]]) => {
      const values = [...fits, ...doesNotFit, ...ODD_VALUES.slice(0, 14).map((p) => ({ p }))];
      return values.map((value) => call(`schema-${i}`, value as Message['params']));
    });
    await forEach(calls, send);
    await isAlive();
  });

  it('S3 every odd state', async () => {
    const first = call('asks');
    const { result } = await send(first);
    const states = oddStates(result!['requestState'] as string);
    const again = (requestState: unknown): Message => ({
      ...first,
      params: { ...first.params, requestState },
    });
    await forEach(states, (state) => send(again(state)));
    await isAlive();
  });

  it('F9 every odd answer to every kind of question', async () => {
    const first = call('asks');
    const asked = await send(first);
    const keys = Object.keys(asked.result!['inputRequests']!);
    expect(keys).toEqual(['confirm', 'form', 'url', 'sample', 'roots']);
    const answers = oddAnswers().map((answer) =>
      Object.fromEntries(keys.map((key) => [key, answer])),
    );
    await forEach([...answers, ...ODD_VALUES], (answer) =>
      send(retry(first, asked, answer as Record<string, unknown>)),
    );
    await isAlive();
  });

  it('F8 every mistake of a handler, and what clients answer to its questions', async () => {
    await forEach(Object.keys(MISTAKES), async (name) => {
      for (const first of [call(name), request('prompts/get', { name })]) {
        const asked = await send(first);
        for (const content of [{ confirm: true }, { a: 'x' }]) {
          await send(retry(first, asked, { q: { action: 'accept', content } }));
        }
      }
    });
    await send(call('invisible'));
    await isAlive();
  });

  it('whatever author code throws, wherever it does', async () => {
    const what = ['throws', 'rejects', 'fails in a step', 'fails in a step that nobody awaits'];
    await forEach(HOSTILE_ERRORS.entries(), async ([i, [name]]) => {
      for (const how of [...what, 'cleans up in vain']) await send(call(`${how}: ${name}`));
      const ref = { type: 'ref/resource', uri: `a://h${i}/{x}` };
      await send(request('resources/read', { uri: `a://h${i}/y` }));
      await send(request('completion/complete', { ref, argument: { name: 'x', value: '' } }));
      const prompt = { type: 'ref/prompt', name };
      await send(
        request('completion/complete', { ref: prompt, argument: { name: 'x', value: '' } }),
      );
      await send(request('prompts/get', { name, arguments: { x: 'y' } }));
    });
    await isAlive();
    expect(sent).toBeGreaterThan(4_000);
  });
});
