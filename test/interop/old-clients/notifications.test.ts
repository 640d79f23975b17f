/** Official clients of earlier revisions: what they hear of. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OldPeer } from '../../support/old-clients/peer.ts';
import { oldPeers } from '../../support/old-clients/peers.ts';

describe.each(oldPeers().filter(({ isOld }) => isOld))('$name hears', (clientCase) => {
  let peer: OldPeer;
  beforeAll(async () => void (peer = await clientCase.connect()));
  afterAll(() => peer.close());

  const levels = async (): Promise<unknown[]> => {
    peer.notifications.length = 0;
    await peer.callTool('interop_levels');
    return peer.notifications
      .filter(({ method }) => method === 'notifications/message')
      .map(({ params }) => params?.['level']);
  };

  it('L6 logs from info on, until it sets a level', async () => {
    expect(await levels()).toEqual(['info', 'warning', 'error']);
    await peer.setLevel('error');
    expect(await levels()).toEqual(['error']);
    await peer.setLevel('debug');
    expect(await levels()).toEqual(['debug', 'info', 'warning', 'error']);
  });

  it.each([
    ['tools', 'test_trigger_tool_change'],
    ['prompts', 'test_trigger_prompt_change'],
    ['resources', 'interop_change_resources'],
  ])('L15 L16 that the %s have changed', async (list, cause) => {
    await until(`notifications/${list}/list_changed`, cause);
  });

  it('L15 L16 that a resource has changed which it watches, and of no other', async () => {
    await peer.subscribe('test://watched-resource');
    const { params } = await until('notifications/resources/updated', 'interop_touch');
    expect(params).toEqual({ uri: 'test://watched-resource' });
    const uris = peer.notifications.flatMap(({ params: each }) => each?.['uri'] ?? []);
    expect(new Set(uris)).toEqual(new Set(['test://watched-resource']));
  });

  it('L6 nothing of a resource that is not there', async () => {
    await expect(peer.subscribe('test://nothing')).rejects.toThrow(/resource not found/i);
  });

  it('L2 that the server is alive', async () => {
    expect(await peer.ping()).toEqual({});
  });

  /** The stream for changes opens some time after the connection: until then nothing is heard. */
  async function until(method: string, cause: string): Promise<OldPeer['notifications'][number]> {
    peer.notifications.length = 0;
    for (;;) {
      await peer.callTool(cause);
      await pause(20);
      const heard = peer.notifications.find((each) => each.method === method);
      if (heard !== undefined) return heard;
    }
  }
});
