import { describe, expect, it } from 'vitest';
import { MetaKey } from '../../protocol/names/meta.ts';
import type { JsonRpcRequest } from '../../protocol/types/jsonrpc.ts';
import { customMeta, readEnvelope, readMeta } from './request-meta.ts';

const needed = { [MetaKey.protocolVersion]: '2026-07-28', [MetaKey.clientCapabilities]: {} };

const withMeta = (_meta: unknown): JsonRpcRequest =>
  ({ jsonrpc: '2.0', id: 1, method: 'x', params: { _meta } }) as JsonRpcRequest;

const read = (more: object): ReturnType<typeof readMeta> => {
  const request = withMeta({ ...needed, ...more });
  return readMeta(request, readEnvelope(request), undefined);
};

describe('EN-7 what every request needs', () => {
  it('is read', () => {
    const envelope = { protocolVersion: '2026-07-28', capabilities: {} };
    expect(readEnvelope(withMeta(needed))).toEqual(envelope);
  });

  it.each<[string, JsonRpcRequest, string]>([
    ['params', { jsonrpc: '2.0', id: 1, method: 'x' }, 'no params._meta; this server speaks 20'],
    ['_meta', withMeta(undefined), 'no params._meta'],
    ['_meta that is an object', withMeta([]), 'no params._meta'],
    [
      'a version',
      withMeta({ ...needed, [MetaKey.protocolVersion]: undefined }),
      `lacks '${MetaKey.protocolVersion}'`,
    ],
    [
      'a version that is a text',
      withMeta({ ...needed, [MetaKey.protocolVersion]: 20260728 }),
      `lacks '${MetaKey.protocolVersion}'`,
    ],
    [
      'capabilities',
      withMeta({ ...needed, [MetaKey.clientCapabilities]: null }),
      `lacks '${MetaKey.clientCapabilities}'`,
    ],
  ])('is refused with 400 if it lacks %s', (_name, request, message) => {
    const error = expect.objectContaining({ code: -32602, status: 400 });
    expect(() => readEnvelope(request)).toThrow(error);
    expect(() => readEnvelope(request)).toThrow(message);
  });
});

describe('VM-2 what a request may have', () => {
  const clientInfo = { name: 'c', version: '1', title: 'C' };

  it('is read', () => {
    const more = {
      [MetaKey.clientInfo]: clientInfo,
      [MetaKey.logLevel]: 'info',
      progressToken: 0,
    };
    expect(read(more)).toEqual({
      protocolVersion: '2026-07-28',
      capabilities: {},
      clientInfo,
      logLevel: 'info',
      progressToken: 0,
      sent: { ...needed, ...more },
      reported: undefined,
    });
  });

  it('may be absent or null', () => {
    const absent = { clientInfo: undefined, logLevel: undefined, progressToken: undefined };
    expect(read({})).toMatchObject(absent);
    expect(read({ [MetaKey.logLevel]: null, progressToken: null })).toMatchObject(absent);
  });

  it.each([null, 'c', [], {}, { name: 'c' }, { version: '1' }, { name: 1, version: '1' }])(
    'of the client is nothing if it is malformed: %j',
    (info) => {
      expect(read({ [MetaKey.clientInfo]: info }).clientInfo).toBeUndefined();
    },
  );

  it.each([true, 1.5, {}, []])('is refused for the progress token %j', (progressToken) => {
    expect(() => read({ progressToken })).toThrow('progressToken must be a string or an integer');
  });

  it.each([true, 'loud', 1])('is refused for the log level %j', (logLevel) => {
    expect(() => read({ [MetaKey.logLevel]: logLevel })).toThrow('Unknown log level');
  });

  it("is for handlers without the protocol's own", () => {
    const custom = { 'example.com/a': 1, b: 2 };
    expect(customMeta(read({ ...custom, [MetaKey.clientInfo]: clientInfo }))).toEqual(custom);
  });
});
