/** Our client and the official server: progress, logs, cancelling, subscriptions. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Change, Subscription } from '../../../src/client/index.ts';
import { failure } from '../../support/bad-servers/calls.ts';
import { WAYS, openedStage } from '../../support/official-server/stage.ts';

/** As many changes as there are to come. */
async function take(subscription: Subscription, count: number): Promise<Change[]> {
  const changes: Change[] = [];
  for await (const change of subscription) if (changes.push(change) === count) break;
  return changes;
}

afterEach(() => void vi.useRealTimers());

describe.each(WAYS)('the official server, %s,', (_name, open) => {
  const stage = openedStage(open);

  it('PG-1 reports progress', async () => {
    const seen: unknown[] = [];
    const onProgress = (at: unknown): void => void seen.push(at);
    await stage.client.callTool('count', {}, { onProgress });
    expect(seen).toMatchObject([
      { progress: 1, total: 3, message: 'Step 1' },
      { progress: 2, total: 3, message: 'Step 2' },
      { progress: 3, total: 3, message: 'Step 3' },
    ]);
  });

  it('PG-1 reports the progress of two calls at once to the one it belongs to', async () => {
    const counts = [0, 0];
    const calls = counts.map((_, i) =>
      stage.client.callTool('count', {}, { onProgress: () => counts[i]!++ }),
    );
    await Promise.all(calls);
    expect(counts).toEqual([3, 3]);
  });

  it('PG-2 logs from the level that was asked for, and nothing unless asked', async () => {
    const seen: unknown[] = [];
    const onLog = ({ level }: { level: string }): void => void seen.push(level);
    await stage.client.callTool('log', {}, { onLog, logLevel: 'warning' });
    expect(seen.splice(0)).toEqual(['warning', 'error']);
    await stage.client.callTool('log', {}, { onLog });
    expect(seen.splice(0)).toEqual(['info', 'warning', 'error']);
    await stage.client.callTool('log');
    expect(seen).toEqual([]);
  });

  it('HC-10 IO-5 is told that a call was cancelled', async () => {
    const before = Number(await stage.call('aborted'));
    const abort = new AbortController();
    const onProgress = (): void => abort.abort(new Error('enough'));
    const call = stage.client.callTool('wait', {}, { signal: abort.signal, onProgress });
    expect(await failure(call)).toMatchObject({ code: 'cancelled', cause: { message: 'enough' } });
    await expect.poll(() => stage.call('aborted')).toBe(String(before + 1));
  });

  it('PG-6 is told that a call was given up', async () => {
    const before = Number(await stage.call('aborted'));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let begun!: () => void;
    const running = new Promise<void>((resolve) => (begun = resolve));
    const options = { timeout: 200, onProgress: () => begun() };
    const call = failure(stage.client.callTool('wait', {}, options));
    await running;
    vi.advanceTimersByTime(200);
    expect(await call).toMatchObject({ code: 'timeout' });
    vi.useRealTimers();
    await expect.poll(() => stage.call('aborted')).toBe(String(before + 1));
  });

  it('SU-2 agrees to what was asked for, and SU-4 SU-5 tells of it and nothing else', async () => {
    const filter = {
      toolsListChanged: true,
      resourceSubscriptions: ['config://app'],
    };
    const subscription = await stage.client.listen(filter);
    expect(subscription.honoured).toEqual(filter);
    await stage.call('announce');
    expect(await take(subscription, 2)).toEqual([
      { type: 'toolsListChanged' },
      { type: 'resourceUpdated', uri: 'config://app' },
    ]);
  });

  it('SU-3 tells several subscriptions what each has asked for', async () => {
    const tools = await stage.client.listen({ toolsListChanged: true });
    const others = await stage.client.listen({
      promptsListChanged: true,
      resourcesListChanged: true,
    });
    await stage.call('announce');
    expect(await take(others, 2)).toEqual([
      { type: 'promptsListChanged' },
      { type: 'resourcesListChanged' },
    ]);
    expect(await take(tools, 1)).toEqual([{ type: 'toolsListChanged' }]);
  });

  it('CA-4 is asked again for what has changed, and not before', async () => {
    const read = async (): Promise<unknown> =>
      (await stage.client.readResource('kept://long')).contents[0];
    const first = await read();
    expect(await read()).toEqual(first);
    const subscription = await stage.client.listen({ resourceSubscriptions: ['kept://long'] });
    await stage.call('announce');
    await take(subscription, 1);
    expect(await read()).not.toEqual(first);
  });

  it('ends a subscription that was closed, and serves calls after it', async () => {
    const abort = new AbortController();
    const { signal } = abort;
    const subscription = await stage.client.listen({ toolsListChanged: true }, { signal });
    abort.abort();
    expect(await take(subscription, 1)).toEqual([]);
    expect(await stage.call('sum', { a: 1, b: 1 })).toBe('2');
  });
});
