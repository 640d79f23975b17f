import { describe, expect, it } from 'vitest';
import { metadataResponse } from './resource-metadata.ts';

const METADATA = { paths: ['/.well-known/oauth-protected-resource'], body: '{"resource":"r"}' };

describe('A7 the metadata of a protected server', () => {
  const open = { 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'public, max-age=3600' };

  it('are JSON, for every page and every cache', () => {
    expect(metadataResponse('GET', METADATA)).toEqual({
      status: 200,
      headers: { ...open, 'Content-Type': 'application/json' },
      body: METADATA.body,
    });
    expect(metadataResponse('HEAD', METADATA)).toEqual({
      ...metadataResponse('GET', METADATA),
      body: '',
    });
  });

  it('can be asked for with any header', () => {
    const { status, headers, body } = metadataResponse('OPTIONS', METADATA);
    expect([status, body]).toEqual([204, '']);
    expect(headers).toMatchObject({ ...open, 'Access-Control-Allow-Headers': '*' });
  });

  it.each(['POST', 'PUT', 'DELETE'])('are not for %s, which a page is told too', (method) => {
    const { status, headers } = metadataResponse(method, METADATA);
    expect(status).toBe(405);
    expect(headers).toMatchObject({ ...open, Allow: 'GET, HEAD' });
  });
});
