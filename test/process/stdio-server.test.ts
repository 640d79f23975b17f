/** The stdio transport with a real process at the other end. */
import { afterEach, describe, expect, it } from 'vitest';
import { type Message, call, request, retry, textOf } from '../support/messages.ts';
import { Program } from '../support/program.ts';

let program: Program;

afterEach(() => program.kill());

function start(): Program {
  program = new Program('test/programs/greeter.ts');
  return program;
}

function write(...messages: (Message | string)[]): void {
  const lines = messages.map((message) =>
    typeof message === 'string' ? message : JSON.stringify(message),
  );
  program.process.stdin!.write(`${lines.join('\n')}\n`);
}

function answerTo(id: string | number): Promise<Message> {
  return program.untilFound(() => {
    const lines = program.output.split('\n').slice(0, -1);
    const messages = lines.map((line) => JSON.parse(line) as Message);
    return messages.find((message) => message.id === id) ?? null;
  });
}

describe('a server program over stdio', () => {
  it('IO-1 IO-2 IO-3 IO-4 a stdio server writes one message a line and nothing else', async () => {
    start();
    const first = call('ask');
    write(first);
    const asked = await answerTo(first.id);
    expect(asked.result).toMatchObject({ resultType: 'input_required' });
    const second = retry(first, asked, { go: { action: 'accept', content: { confirm: true } } });
    write(second);
    expect(textOf(await answerTo(second.id))).toBe('true');
    for (const line of program.output.trim().split('\n')) {
      expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' });
    }
    await program.untilError('printed where the protocol is not');
    await program.untilError('so is this');
  });

  it('IO-5 PG-5 a stdio server sends nothing for a cancelled request, and ignores odd cancellations', async () => {
    start();
    const hanging = call('hang');
    write(hanging);
    await program.untilError('hanging');
    const cancel = (requestId: unknown): Message => ({
      jsonrpc: '2.0',
      method: 'notifications/cancelled',
      params: { requestId },
    });
    write(cancel('unknown'), cancel(null), cancel({}), cancel(hanging.id), cancel(hanging.id));
    const listing = request('tools/list');
    write(listing);
    await answerTo(listing.id);
    const ids = program.output
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as Message).id);
    expect(ids).toEqual([listing.id]);
  });

  it('a stdio server refuses an id that is in use and lines that are too long, and skips blank ones', async () => {
    start();
    const hanging = { ...call('hang'), id: 'twice' };
    write(hanging, '', '   ', { ...request('tools/list'), id: 'twice' });
    expect(await answerTo('twice')).toMatchObject({ error: { code: -32600 } });
    program.process.stdin!.write(`"${'x'.repeat(5_000_000)}"\n`);
    const big = request('tools/call', { name: 'echo', arguments: { x: 'x'.repeat(5_000_000) } });
    const { id, ...members } = big;
    write({ ...members, id });
    expect(await answerTo(id)).toMatchObject({
      error: { code: -32600, message: 'The message is longer than 4194304 bytes' },
    });
    write('not json', { ...request('tools/list'), id: 'after' });
    expect((await answerTo('after')).result).toBeDefined();
    const errors = program.output
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as Message).error?.message);
    expect(errors).toContain('The message is longer than 4194304 bytes');
    expect(errors).toContain('The message is not valid JSON');
  });

  it('IO-7 a stdio server exits when its input ends, whatever it is doing', async () => {
    start();
    write(call('hang'));
    await program.untilError('hanging');
    program.process.stdin!.end();
    expect(await program.ended()).toBe(0);
  });

  it('IO-10 a stdio server takes requests of several conversations, mixed', async () => {
    start();
    const calls = Array.from({ length: 5 }, () => call('ask'));
    write(...calls);
    const asked = await Promise.all(calls.map(({ id }) => answerTo(id)));
    const answers = [true, false, true, true, false];
    const second = calls.map((first, i) =>
      retry(first, asked[i]!, { go: { action: 'accept', content: { confirm: answers[i] } } }),
    );
    write(...second.toReversed());
    const done = await Promise.all(second.map(({ id }) => answerTo(id)));
    expect(done.map(textOf)).toEqual(answers.map(String));
  });
});
