/** Official clients of earlier revisions: what needs no answers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OldPeer, textOf } from '../../support/old-clients/peer.ts';
import { oldPeers } from '../../support/old-clients/peers.ts';

describe.each(oldPeers())('$name', (clientCase) => {
  let peer: OldPeer;
  beforeAll(async () => void (peer = await clientCase.connect()));
  afterAll(() => peer.close());

  it('L3 agrees on its own revision', () => {
    expect(peer.revision).toBe(clientCase.revision);
  });

  it('L2 lists tools, prompts and resources', async () => {
    const names = (await peer.listTools()).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['test_simple_text', 'interop_sum']));
    expect((await peer.listPrompts()).map(({ name }) => name)).toContain('test_simple_prompt');
    expect((await peer.listResources()).map(({ uri }) => uri)).toContain('test://static-text');
  });

  it('L2 calls a tool, and one with structured content', async () => {
    expect(await textOf(peer.callTool('test_simple_text'))).toMatch(/^This is a simple text/);
    const { structuredContent } = await peer.callTool('interop_sum', { a: 2, b: 3 });
    expect(structuredContent).toEqual({ sum: 5 });
    expect((await peer.callTool('test_error_handling')).isError).toBe(true);
  });

  it('L2 takes structured content that is not an object', async () => {
    await peer.listTools();
    const { structuredContent } = await peer.callTool('interop_count', { word: 'abc' });
    expect(structuredContent).toEqual(clientCase.isOld ? { result: 3 } : 3);
  });

  it('L2 gets a prompt and reads a resource', async () => {
    const { messages } = await peer.getPrompt('test_prompt_with_arguments', {
      arg1: 'a',
      arg2: 'b',
    });
    expect(messages).toHaveLength(1);
    const { contents } = await peer.readResource('test://static-text');
    expect(contents).toMatchObject([{ uri: 'test://static-text' }]);
  });

  it('L11 is refused what there is not', async () => {
    await expect(peer.getPrompt('nothing')).rejects.toMatchObject({ code: -32602 });
    await expect(peer.readResource('test://nothing')).rejects.toThrow(/resource not found/i);
    expect(await textOf(peer.callTool('test_simple_text'))).toMatch(/^This is/);
  });

  it('L10 hears of progress', async () => {
    const progress: number[] = [];
    const onprogress = (each: { progress: number }): unknown => progress.push(each.progress);
    await peer.callTool('test_tool_with_progress', {}, { onprogress });
    // Over a pipe these clients forget a call at its reply, before what came in the same piece.
    const sent = [0, 50, 100];
    const heard = clientCase.name.endsWith('stdio') ? sent.slice(0, progress.length) : sent;
    expect(progress).toEqual(heard);
  });

  it('L12 cancels a call, which ends for the server too', async () => {
    const before = Number(await textOf(peer.callTool('interop_cancelled')));
    const controller = new AbortController();
    const onprogress = (): void => controller.abort();
    const call = peer.callTool('interop_wait', {}, { signal: controller.signal, onprogress });
    await expect(call).rejects.toThrow();
    const cancelled = async (): Promise<number> =>
      Number(await textOf(peer.callTool('interop_cancelled')));
    await expect.poll(cancelled).toBe(before + 1);
  });

  it('L12 gives up a call that takes too long, and makes another', async () => {
    const call = peer.callTool('interop_wait', {}, { timeout: 50 });
    await expect(call).rejects.toThrow(/timed out/i);
    expect(await textOf(peer.callTool('test_simple_text'))).toMatch(/^This is/);
  });
});
