import { describe, expect, it } from 'vitest';
import { RpcError } from '../../protocol/rpc-error.ts';
import type { Logger } from '../../base/logging/logger.ts';
import { finish, replyOf } from './finished.ts';

function logger(): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const log = (line: string): void => void lines.push(line);
  return { logger: { debug: log, info: log, warn: log, error: log } as Logger, lines };
}

describe('a finished reply', () => {
  it('is what was written', async () => {
    expect(await finish(() => '{"a":1}', 'x', logger().logger)).toEqual({ result: '{"a":1}' });
    expect(await finish(async () => '{}', 'x', logger().logger)).toEqual({ result: '{}' });
  });

  it('is the error that was thrown for the client', async () => {
    const error = new RpcError(-32000, 'no', { a: 1 });
    const { logger: log, lines } = logger();
    const fail = (): never => {
      throw error;
    };
    expect(await finish(fail, 'x', log)).toEqual({ error });
    expect(lines).toEqual([]);
  });

  it('is an internal error without detail for any other, which is logged', async () => {
    const { logger: log, lines } = logger();
    const fail = (): Promise<string> => Promise.reject(new Error('secret'));
    const finished = await finish(fail, "tools/call 'a'", log);
    expect(finished).toMatchObject({ error: { code: -32603 } });
    expect(JSON.stringify(finished)).not.toContain('secret');
    expect(lines).toEqual([expect.stringMatching(/^tools\/call 'a' failed: .*secret/)]);
  });

  it('is sent under the id of each request that it answers', () => {
    expect(replyOf('a', { result: '{}' }).body).toContain('"id":"a"');
    expect(replyOf(2, { result: '{}' }).body).toContain('"id":2');
  });

  it('has a status and headers of its own where it says so', () => {
    const error = new RpcError(-32000, 'no');
    const headers = { 'Retry-After': '1' };
    expect(replyOf(1, { error, status: 403, headers })).toMatchObject({ status: 403, headers });
    expect(replyOf(1, { result: '{}' })).not.toHaveProperty('headers');
  });
});
