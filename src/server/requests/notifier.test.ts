import { describe, expect, it } from 'vitest';
import { Notifier } from './notifier.ts';
import type { RequestMeta } from './request-meta.ts';
import type { Exchange } from '../../protocol/dispatcher.ts';

interface Sent {
  readonly method: string;
  readonly params: object;
}

/** A notifier of a request with `meta`, and what it has sent. */
function notifier(meta: Partial<RequestMeta>, streams = true): { to: Notifier; sent: Sent[] } {
  const sent: Sent[] = [];
  const notify = (message: string): void => void sent.push(JSON.parse(message) as Sent);
  const exchange = { streams, notify } as Partial<Exchange> as Exchange;
  return { to: new Notifier(meta as RequestMeta, exchange), sent };
}

const values = (sent: Sent[]): unknown[] =>
  sent.map(({ params }) => (params as { progress: number }).progress);

describe('PG-1 PG-2 progress', () => {
  it('is sent with the token of the request', () => {
    const { to, sent } = notifier({ progressToken: 0 });
    to.progress(1, 2, 'half');
    const params = { progressToken: 0, progress: 1, total: 2, message: 'half' };
    expect(sent).toEqual([{ jsonrpc: '2.0', method: 'notifications/progress', params }]);
  });

  it('only grows, from any number', () => {
    const { to, sent } = notifier({ progressToken: 'p' });
    for (const progress of [-5, -5, -6, 0, 0.5, 0.5, Number.NaN, Infinity, 1, -Infinity]) {
      to.progress(progress);
    }
    expect(values(sent)).toEqual([-5, 0, 0.5, 1]);
  });

  it('is not sent unless the request asks for it, nor where nothing can be sent', () => {
    const unasked = notifier({});
    unasked.to.progress(1);
    const unsent = notifier({ progressToken: 'p' }, false);
    unsent.to.progress(1);
    expect([unasked.sent, unsent.sent]).toEqual([[], []]);
  });
});

describe('PG-2 a log message', () => {
  it('is sent with level, logger and data', () => {
    const { to, sent } = notifier({ logLevel: 'info' });
    to.log('info', { a: 1 }, 'db');
    const params = { level: 'info', logger: 'db', data: { a: 1 } };
    expect(sent).toEqual([{ jsonrpc: '2.0', method: 'notifications/message', params }]);
  });

  it('is sent from the level on that the request names', () => {
    const { to, sent } = notifier({ logLevel: 'warning' });
    to.log('notice', 1);
    to.log('warning', 2);
    to.log('error', 3);
    expect(sent.map(({ params }) => (params as { data: number }).data)).toEqual([2, 3]);
  });

  it('says so where its data has no JSON form, and is not thrown at the handler', () => {
    const { to, sent } = notifier({ logLevel: 'debug' });
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    for (const data of [cyclic, 1n, undefined, () => 1]) to.log('info', data);
    const data = 'A message that has no JSON form.';
    expect(sent.map(({ params }) => params)).toEqual(sent.map(() => ({ level: 'info', data })));
    expect(sent).toHaveLength(4);
  });

  it('is not sent unless the request asks for it, nor where nothing can be sent', () => {
    const unasked = notifier({});
    unasked.to.log('emergency', 1);
    const unsent = notifier({ logLevel: 'debug' }, false);
    unsent.to.log('emergency', 1);
    expect([unasked.sent, unsent.sent]).toEqual([[], []]);
  });
});
