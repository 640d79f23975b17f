/** Official clients of earlier revisions that are asked in the middle of a call. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answers, type OldPeer, textOf } from '../../support/old-clients/peer.ts';
import { oldPeers } from '../../support/old-clients/peers.ts';

const all = oldPeers();

const accept = (content: Record<string, unknown>): Answers => ({
  form: () => ({ action: 'accept', content }),
});

/** A model and roots. */
const REST: Answers = {
  sample: () => ({ role: 'assistant', content: { type: 'text', text: 'Paris' }, model: 'm' }),
  roots: () => ({ roots: [{ uri: 'file:///a' }, { uri: 'file:///b' }] }),
};

describe.each(all.filter(({ isAsked }) => isAsked))('$name is asked', (clientCase) => {
  let peer: OldPeer;
  const word = (): Promise<string> => textOf(peer.callTool('interop_word', { word: 'pepper' }));
  beforeAll(async () => void (peer = await clientCase.connect()));
  beforeEach(() => void (peer.asked.length = 0));
  afterAll(() => peer.close());

  it('L8 and accepts', async () => {
    peer.answers = accept({ word: 'salt' });
    expect(await word()).toBe('pepper and salt');
    expect(peer.asked).toHaveLength(1);
    expect(peer.asked[0]).toMatchObject({ message: "What goes with 'pepper'?" });
  });

  it.each(['decline', 'cancel'])('L9 and answers with %s', async (action) => {
    peer.answers = { form: () => ({ action }) };
    expect(await word()).toBe(`The user chose to ${action} instead of answering.`);
  });

  it('L8 again for an answer that is wrong, and a third time', async () => {
    const words = [7, true, 'salt'];
    peer.answers = { form: () => ({ action: 'accept', content: { word: words.shift() } }) };
    expect(await word()).toBe('pepper and salt');
    expect(peer.asked).toHaveLength(3);
    expect(peer.asked[2]!['message']).toMatch(/^Please check your answer:\n- word: /);
  });

  it('L8 twice in one call, by a prompt, and by a resource', async () => {
    peer.answers = accept({ name: 'Ada', color: 'red' });
    expect(await textOf(peer.callTool('test_input_required_result_multi_round'))).toMatch(/^Both/);
    peer.answers = accept({ word: 'calm' });
    expect(JSON.stringify(await peer.getPrompt('interop_prompt', { topic: 'storms' }))).toContain(
      'storms: calm',
    );
    peer.answers = { form: ({ requestedSchema }) => confirmed(requestedSchema) };
    expect(JSON.stringify(await peer.readResource('test://asking'))).toContain('Read.');
    expect(peer.asked).toHaveLength(4);
  });

  it('L8 three things at once: a person, the model, the roots', async () => {
    peer.answers = { ...REST, ...accept({ name: 'Ada' }) };
    const call = peer.callTool('test_input_required_result_multiple_inputs');
    expect(await textOf(call)).toBe('accept, 2 roots');
    expect(peer.asked).toHaveLength(3);
  });

  it('L8 by two calls at once', async () => {
    peer.answers = { form: ({ message }) => withWord(String(message).split("'")[1]!) };
    const calls = ['a', 'b', 'c'].map((letter) =>
      textOf(peer.callTool('interop_word', { word: letter })),
    );
    expect(await Promise.all(calls)).toEqual(['a and a!', 'b and b!', 'c and c!']);
  });

  it('L7 with every kind of field that its revision has', async () => {
    peer.answers = accept({
      name: 'John',
      age: 30,
      score: 1.5,
      status: 'active',
      verified: true,
    });
    const call = peer.callTool('test_elicitation_sep1034_defaults');
    expect(await textOf(call)).toContain('"score":1.5');
  });
});

describe.each(all.filter(({ isAsked, isOld }) => isAsked && isOld))(
  '$name is asked',
  (clientCase) => {
    let peer: OldPeer;
    beforeAll(async () => void (peer = await clientCase.connect()));
    afterAll(() => peer.close());

    it('L9 and its handler throws: that is a cancel', async () => {
      peer.answers = {
        form: () => {
          throw new Error('no window');
        },
      };
      expect(await textOf(peer.callTool('interop_word', { word: 'a' }))).toContain('cancel');
    });

    it('L12 and gives up while its user thinks; the next call is served', async () => {
      let isAsked!: () => void;
      const asked = new Promise<void>((resolve) => (isAsked = resolve));
      const never = new Promise<never>(() => {});
      peer.answers = { form: () => (isAsked(), never) };
      const controller = new AbortController();
      const options = { signal: controller.signal };
      const call = peer.callTool('interop_word', { word: 'pepper' }, options);
      await asked;
      controller.abort();
      await expect(call).rejects.toThrow();
      peer.answers = accept({ word: 'salt' });
      expect(await textOf(peer.callTool('interop_word', { word: 'a' }))).toBe('a and salt');
    });
  },
);

describe.each(all)('$name is asked for what older revisions have too', (clientCase) => {
  let peer: OldPeer;
  beforeAll(async () => void (peer = await clientCase.connect()));
  afterAll(() => peer.close());

  it('L8 what its model says', async () => {
    peer.answers = REST;
    expect(await textOf(peer.callTool('test_sampling', { prompt: 'Capital?' }))).toContain('Paris');
    expect(peer.asked.at(-1)).toMatchObject({ maxTokens: 100 });
  });

  it('L8 where its roots are', async () => {
    peer.answers = REST;
    const call = peer.callTool('test_input_required_result_list_roots');
    expect(await textOf(call)).toBe('Roots: file:///a, file:///b');
  });
});

describe.each(all.filter(({ isOld }) => isOld))('$name cannot be asked', (clientCase) => {
  let peer: OldPeer;
  beforeAll(async () => void (peer = await clientCase.connect()));
  afterAll(() => peer.close());

  it('L11 where it cannot answer: the call fails with a sentence', async () => {
    peer.answers = {};
    const { isError, content } = await peer.callTool('test_sampling', { prompt: 'Capital?' });
    expect(isError).toBe(true);
    expect(content[0]!.text).toMatch(/could not answer sampling\/createMessage.*start over/s);
  });

  it('L7 L11 for what it has not: the call fails with a sentence', async () => {
    const { isError, content } = await peer.callTool('test_url_elicitation');
    expect(isError).toBe(true);
    expect(content[0]!.text).toMatch(/elicitation/);
  });
});

function withWord(word: string): Record<string, unknown> {
  return { action: 'accept', content: { word: `${word}!` } };
}

/** A yes to a form with one field. */
function confirmed(schema: unknown): Record<string, unknown> {
  const { properties } = schema as { properties: object };
  const [field] = Object.keys(properties);
  return { action: 'accept', content: { [field!]: true } };
}
