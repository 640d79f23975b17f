/** Sessions with servers of earlier revisions. */
import { describe, expect, it } from 'vitest';
import { failure } from '../../support/bad-servers/calls.ts';
import { turns, until } from '../../support/until.ts';
import { SESSION, ScriptedOldServer, failed, json } from '../../support/old-server/scripted.ts';

const opened = (): ScriptedOldServer => new ScriptedOldServer();

describe('initialize', () => {
  it('L18 offers 2025-11-25, with the client and its capabilities', async () => {
    const server = opened();
    const onElicit = (): never => expect.unreachable();
    await server.connect({ legacy: 'always', onElicit, roots: [] }).listTools();
    expect(server.seenAt('initialize')[0]!.message!.params).toEqual({
      protocolVersion: '2025-11-25',
      capabilities: { elicitation: { form: {} }, roots: {} },
      clientInfo: { name: 'c', version: '1' },
    });
  });

  it.each(['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'])(
    'L18 takes %s, and names it with every request',
    async (version) => {
      const server = opened();
      server.version = version;
      const client = server.connect({ legacy: 'always' });
      expect((await client.discover()).supportedVersions).toEqual([version]);
      await client.listTools();
      const sent = server.seen.map(({ headers }) => [
        headers.get('mcp-protocol-version'),
        headers.get('mcp-session-id'),
      ]);
      expect(sent).toEqual([
        [null, null],
        [version, SESSION],
        [version, SESSION],
      ]);
    },
  );

  it.each(['2026-07-28', '2027-01-01', ''])('L18 does not take %j', async (version) => {
    const server = opened();
    server.version = version;
    const error = await failure(server.connect({ legacy: 'always' }).listTools());
    expect(error).toMatchObject({ code: 'unsupported_version' });
    expect(server.methods).toEqual(['initialize']);
  });

  it('L18 that is refused is the error of the call', async () => {
    const server = opened().on('initialize', () => failed(400, -32602));
    const error = await failure(server.connect({ legacy: 'always' }).listTools());
    expect(error).toMatchObject({ code: -32602 });
  });

  it('L18 happens once for calls that begin together', async () => {
    const server = opened();
    const client = server.connect({ legacy: 'always' });
    await Promise.all([client.callTool('a'), client.callTool('b'), client.listTools()]);
    expect(server.seenAt('initialize')).toHaveLength(1);
  });
});

describe('a session that is lost', () => {
  const lostOnce = (): ScriptedOldServer => {
    const server = opened();
    let calls = 0;
    return server.on('tools/call', ({ message }) =>
      ++calls === 2 ? failed(404) : json({ id: message!.id, result: { content: [] } }),
    );
  };

  it('L18 is begun once more, and the request is sent once more', async () => {
    const server = lostOnce();
    const client = server.connect({ legacy: 'always' });
    await client.callTool('t');
    server.session = 'session-2';
    await client.callTool('t');
    expect(server.methods.slice(-4)).toEqual([
      'tools/call',
      'initialize',
      'notifications/initialized',
      'tools/call',
    ]);
    expect(server.seen.at(-1)!.headers.get('mcp-session-id')).toBe('session-2');
    expect(server.seenAt('initialize')[1]!.headers.get('mcp-session-id')).toBeNull();
  });

  it('L18 is begun no third time for one request', async () => {
    const server = opened().on('tools/call', () => failed(404));
    const error = await failure(server.connect({ legacy: 'always' }).callTool('t'));
    expect(error).toMatchObject({ code: 'transport_failed' });
    expect(server.seenAt('initialize')).toHaveLength(2);
    expect(server.seenAt('tools/call')).toHaveLength(2);
  });

  it('L18 cannot be lost by a server without sessions', async () => {
    const server = opened().on('tools/call', () => failed(404));
    server.session = undefined;
    const error = await failure(server.connect({ legacy: 'always' }).callTool('t'));
    expect(error).toMatchObject({ code: -32000, status: 404 });
    expect(server.seenAt('initialize')).toHaveLength(1);
  });

  it('L18 is ended by DELETE when the client is closed', async () => {
    const server = opened();
    const client = server.connect({ legacy: 'always' });
    await client.listTools();
    await client.close();
    expect(server.methods.at(-1)).toBe('DELETE');
    expect(server.seen.at(-1)!.headers.get('mcp-session-id')).toBe(SESSION);
  });

  it('L18 is ended by DELETE, and not listened to, if nobody waits any more for it to begin', async () => {
    const ended: boolean[] = [];
    const server = opened().on('GET', ({ signal }) => {
      return new Promise((_, reject) => {
        signal!.addEventListener('abort', () => {
          ended.push(true);
          reject(signal!.reason as Error);
        });
      });
    });
    const onElicit = (): never => expect.unreachable();
    const client = server.connect({ legacy: 'always', onElicit });
    const abort = new AbortController();
    const call = failure(client.callTool('a', {}, { signal: abort.signal }));
    await until(() => server.methods.includes('GET'));
    abort.abort();
    await call;
    await until(() => server.methods.includes('DELETE'));
    expect(ended).toEqual([true]);
    expect(server.methods).not.toContain('tools/call');
  });

  it('L18 is begun once for those that still wait when another has given up', async () => {
    let begin = (): void => {};
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const server = opened().on('notifications/initialized', async () => {
      await begun;
      return new Response(null, { status: 202 });
    });
    const client = server.connect({ legacy: 'always' });
    const abort = new AbortController();
    const given = failure(client.callTool('a', {}, { signal: abort.signal }));
    const second = client.callTool('b');
    await until(() => server.methods.includes('notifications/initialized'));
    abort.abort();
    await given;
    const third = client.callTool('c');
    await turns();
    begin();
    await Promise.all([second, third]);
    expect(server.seenAt('initialize')).toHaveLength(1);
  });

  it('L18 does not keep close() waiting for a server that is gone', async () => {
    const server = opened().on('DELETE', () => Promise.reject(new Error('gone')));
    const client = server.connect({ legacy: 'always' });
    await client.listTools();
    await client.close();
    expect(server.methods.at(-1)).toBe('DELETE');
  });
});

describe('results of old servers', () => {
  it('L17 are those of this revision: complete, with the server, not to be cached', async () => {
    const server = opened().on('resources/read', ({ message }) =>
      json({ id: message!.id, result: { contents: [{ uri: 'a:b', text: 'x' }] } }),
    );
    server.capabilities = { resources: {} };
    const client = server.connect({ legacy: 'always' });
    const result = await client.readResource('a:b');
    expect(result).toEqual({
      contents: [{ uri: 'a:b', text: 'x' }],
      resultType: 'complete',
      ttlMs: 0,
      cacheScope: 'private',
      _meta: { 'io.modelcontextprotocol/serverInfo': { name: 'old', version: '1' } },
    });
    await client.readResource('a:b');
    expect(server.seenAt('resources/read')).toHaveLength(2);
  });

  it('L17 say -32602 for a resource that there is not', async () => {
    const server = opened().on('resources/read', ({ message }) =>
      json({ id: message!.id, error: { code: -32002, message: 'Resource not found' } }),
    );
    const client = server.connect({ legacy: 'always' });
    expect(await failure(client.readResource('a:b'))).toMatchObject({ code: -32602 });
  });

  it('L17 are asked for without what only this revision has', async () => {
    const server = opened();
    const client = server.connect({ legacy: 'always' });
    await client.callTool('t', { x: 1 }, { meta: { 'a.b/c': 1 }, onProgress: () => {} });
    const { id, params } = server.seenAt('tools/call')[0]!.message!;
    expect(params).toEqual({
      name: 't',
      arguments: { x: 1 },
      _meta: { 'a.b/c': 1, progressToken: id },
    });
  });

  it('L17 follow the log level of a call also when the one that asked for it first had given up', async () => {
    const server = opened();
    server.capabilities = { tools: {}, logging: {} };
    let isFirst = true;
    server.on('logging/setLevel', ({ message, signal }) => {
      if (!isFirst) return json({ id: message!.id, result: {} });
      isFirst = false;
      return new Promise((_, reject) =>
        signal!.addEventListener('abort', () => reject(signal!.reason as Error)),
      );
    });
    const client = server.connect({ legacy: 'always' });
    const abort = new AbortController();
    const options = { logLevel: 'debug', signal: abort.signal } as const;
    const given = failure(client.callTool('t', {}, options));
    await until(() => server.methods.includes('logging/setLevel'));
    abort.abort();
    await given;
    await client.callTool('t', {}, { logLevel: 'debug' });
    expect(server.seenAt('logging/setLevel')).toHaveLength(2);
  });

  it('L17 follow the log level that each call asks for', async () => {
    const server = opened();
    server.capabilities = { tools: {}, logging: {} };
    const client = server.connect({ legacy: 'always' });
    await client.callTool('t');
    await client.callTool('t', {}, { logLevel: 'warning' });
    await client.callTool('t', {}, { logLevel: 'error' });
    await client.callTool('t', {}, { logLevel: 'debug' });
    const levels = server.seenAt('logging/setLevel').map(({ message }) => message!.params);
    expect(levels).toEqual([{ level: 'warning' }, { level: 'debug' }]);
  });
});
