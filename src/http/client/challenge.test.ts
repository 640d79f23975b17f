import { describe, expect, it } from 'vitest';
import { digestOf, refusedBy } from './challenge.ts';
import type { HttpResponse } from './send.ts';

const response = {
  status: 401,
  headers: new Headers(),
  address: '127.0.0.1',
} as unknown as HttpResponse;

const refused = (body: unknown, credentials = '') => {
  const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  return refusedBy(response, 'https://mcp.example/', text, credentials);
};

describe('what is known of a refusal', () => {
  it('is who refused, and what', async () => {
    expect(await refused({ method: 'tools/list' })).toEqual({
      status: 401,
      headers: response.headers,
      url: 'https://mcp.example/',
      address: '127.0.0.1',
      sent: undefined,
      operation: 'tools/list',
    });
  });

  it('is which credentials were refused, without showing them', async () => {
    const { sent } = await refused(undefined, 'Bearer a');
    expect(sent).toBe(await digestOf('Bearer a'));
    expect(await digestOf('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0');
  });

  it.each<[unknown, string]>([
    [{ method: 'tools/call', params: { name: 'deploy' } }, 'tools/call deploy'],
    [{ method: 'resources/read', params: { uri: 'file:///a' } }, 'resources/read file:///a'],
    [{ method: 'tasks/get', params: { taskId: '7' } }, 'tasks/get 7'],
    [{ method: 'tools/call', params: { name: 7 } }, 'tools/call'],
    [{ method: 'tools/call', params: null }, 'tools/call'],
    [{ id: 1, result: {} }, ''],
    [undefined, ''],
    ['{', ''],
    ['null', ''],
  ])('is what was refused: %j', async (body, operation) => {
    expect((await refused(body)).operation).toBe(operation);
  });
});
