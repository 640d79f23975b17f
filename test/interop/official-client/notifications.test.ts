/** What the official client is told while it waits and while it listens. */
import type { JSONRPCNotification, Progress } from '@modelcontextprotocol/client';
import { describe, expect, it } from 'vitest';
import type { Peer } from '../../support/official-client/peer.ts';
import { stages } from '../../support/official-client/stage.ts';

const all = stages();

const LOG_LEVEL = 'io.modelcontextprotocol/logLevel';
const SUBSCRIPTION_ID = 'io.modelcontextprotocol/subscriptionId';

/** `progress` and `total` of the notifications that arrived, and whose they are. */
function progressOf({ notifications }: Peer): object[] {
  const told = notifications.filter(({ method }) => method === 'notifications/progress');
  return told.map(({ params }) => ({ ...params }));
}

/**
 * Over stdio this client handles a response before notifications that came in the same piece, and
 * then calls their token unknown. Nobody but itself can do anything about that.
 */
function forgiveLateProgress({ errors }: Peer): void {
  const others = errors.filter(({ message }) => !/notification for an unknown token/.test(message));
  errors.splice(0, errors.length, ...others);
}

describe.each(all)('over $name the official client is told', (stage) => {
  it('PG-1 about progress, if it wants to be', async () => {
    const { peer } = stage;
    const call = { name: 'test_tool_with_progress' };
    await peer.client.callTool(call, { onprogress() {} });
    const [request] = peer.requests('tools/call');
    const progressToken = request!.params!._meta!.progressToken;
    const told = [0, 50, 100].map((progress) => ({ progressToken, progress, total: 100 }));
    expect(progressToken).toBeDefined();
    expect(progressOf(peer)).toEqual(told);
    await peer.client.callTool(call);
    expect(progressOf(peer)).toHaveLength(3);
    forgiveLateProgress(peer);
  });

  it('PG-1 T1 about progress in a call that asks, under the token of its round', async () => {
    const { peer } = stage;
    peer.answers = { form: () => ({ action: 'accept', content: { confirm: true } }) };
    await peer.client.callTool({ name: 'test_streaming_elicitation' }, { onprogress() {} });
    const tokens = peer.requests('tools/call').map(({ params }) => params!._meta!.progressToken);
    const told = tokens.map((progressToken) => ({ progressToken, progress: 1, total: 2 }));
    expect(new Set(tokens).size).toBe(2);
    expect(progressOf(peer)[0]).toEqual(told[0]);
    expect(told).toEqual(expect.arrayContaining(progressOf(peer)));
    forgiveLateProgress(peer);
  });

  it('PG-2 what is logged at its level or above, and otherwise nothing', async () => {
    const { client } = stage.peer;
    const told: unknown[] = [];
    client.setNotificationHandler('notifications/message', ({ params }) => {
      told.push(params.data);
    });
    await client.callTool({ name: 'interop_levels', _meta: { [LOG_LEVEL]: 'warning' } });
    expect(told).toEqual(['warning', 'error']);
    await client.callTool({ name: 'interop_levels' });
    expect(told).toHaveLength(2);
    await client.callTool({ name: 'test_tool_with_logging', _meta: { [LOG_LEVEL]: 'info' } });
    const events = ['execution started', 'processing data', 'execution completed'];
    expect(told.slice(2)).toEqual(events.map((event) => `Tool ${event}`));
  });

  it('PG-5 nothing more of a call it took back', async () => {
    const { peer } = stage;
    const before = Number(await peer.call('interop_cancelled'));
    const caller = new AbortController();
    const options = { signal: caller.signal, onprogress: () => caller.abort('enough') };
    const waiting = peer.client.callTool({ name: 'interop_wait' }, options);
    await expect(waiting).rejects.toThrow('enough');
    await expect.poll(() => peer.call('interop_cancelled')).toBe(String(before + 1));
    expect(peer.requests('tools/call')[1]!.params).toMatchObject({ name: 'interop_wait' });
    expect(peer.results('tools/call')).toHaveLength(peer.requests('tools/call').length - 1);
  });
});

/** What arrives on the streams of a client: the lists that changed and the resources. */
function hear({ client }: Peer): string[] {
  const heard: string[] = [];
  for (const list of ['tools', 'prompts', 'resources'] as const) {
    client.setNotificationHandler(`notifications/${list}/list_changed`, () => {
      heard.push(list);
    });
  }
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => {
    heard.push(params.uri);
  });
  return heard;
}

function streamOf({ params }: JSONRPCNotification): unknown {
  return params?._meta?.[SUBSCRIPTION_ID];
}

describe.each(all)('over $name the official client listens', (stage) => {
  it('SU-2 SU-3 SU-4 SU-5 to what it asked for and nothing else', async () => {
    const { peer } = stage;
    const watched = 'test://watched-resource';
    const heard = hear(peer);
    const lists = { toolsListChanged: true, resourcesListChanged: true };
    const filter = { ...lists, resourceSubscriptions: [watched] };
    const stream = await peer.client.listen(filter);
    expect(stream.honoredFilter).toEqual(filter);
    await peer.call('test_trigger_tool_change');
    await peer.call('test_trigger_prompt_change');
    await peer.call('interop_touch');
    await peer.call('interop_change_resources');
    await expect.poll(() => heard).toEqual(['tools', watched, 'resources']);
    const { id } = peer.requests('subscriptions/listen')[0]!;
    expect(peer.notifications.map(streamOf)).toEqual([id, id, id, id]);
    expect(peer.notifications[0]!.method).toBe('notifications/subscriptions/acknowledged');
    await stream.close();
    expect(await stream.closed).toBe('local');
  });

  it('SU-4 on two streams at once, each for itself', async () => {
    const { peer } = stage;
    const heard = hear(peer);
    const tools = await peer.client.listen({ toolsListChanged: true });
    const prompts = await peer.client.listen({ promptsListChanged: true });
    await peer.call('test_trigger_tool_change');
    await expect.poll(() => heard).toEqual(['tools']);
    await tools.close();
    await peer.call('test_trigger_tool_change');
    await peer.call('test_trigger_prompt_change');
    await expect.poll(() => heard).toEqual(['tools', 'prompts']);
    await prompts.close();
  });

  it('SU-5 TO-1 by itself, to fetch a list that has changed', async () => {
    const fetched: unknown[] = [];
    const onChanged = (_: Error | null, tools: unknown[] | null): void => void fetched.push(tools);
    const listener = await stage.link.connect({ listChanged: { tools: { onChanged } } });
    const { autoOpenedSubscription: stream } = listener.client;
    expect(stream?.honoredFilter).toEqual({ toolsListChanged: true });
    await listener.call('test_trigger_tool_change');
    await expect.poll(() => fetched).toHaveLength(1);
    expect(fetched).toEqual([(await listener.client.listTools()).tools]);
    await listener.client.close();
  });

  it('SU-6 until the server ends the stream', async () => {
    const listener = await stage.link.connect();
    const stream = await listener.client.listen({ toolsListChanged: true });
    await listener.call('interop_end_streams');
    const { id } = listener.requests('subscriptions/listen')[0]!;
    await expect.poll(() => listener.results('subscriptions/listen')).toHaveLength(1);
    const _meta: unknown = expect.objectContaining({ [SUBSCRIPTION_ID]: id });
    const ended = { resultType: 'complete', _meta };
    expect(listener.results('subscriptions/listen')).toEqual([ended]);
    // Over stdio it is cancelled first (T23), and this client looks no further than that.
    expect(await stream.closed).toBe(stage.name === 'stdio' ? 'remote' : 'graceful');
    await listener.client.close();
  });
});

describe('over HTTP the official client shows its user', () => {
  it('PG-1 how far a call has come, and what it does about questions', async () => {
    const { peer } = all[0]!;
    peer.answers = { form: () => ({ action: 'accept', content: { confirm: true } }) };
    const shown: Progress[] = [];
    const options = { onprogress: (progress: Progress) => void shown.push(progress) };
    await peer.client.callTool({ name: 'test_tool_with_progress' }, options);
    expect(shown.map(({ progress }) => progress)).toEqual([0, 50, 100]);
    await peer.client.callTool({ name: 'test_streaming_elicitation' }, options);
    const message = "Fulfilling input required by 'tools/call' (round 1)";
    expect(shown.slice(3, 5)).toEqual([
      { progress: 1, total: 2 },
      { progress: 1, message },
    ]);
  });
});
