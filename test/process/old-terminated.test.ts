/** Programs that are asked to end while old clients think about a question. */
import { afterEach, describe, expect, it } from 'vitest';
import { generateKey } from '../../src/state/key-ring.ts';
import { textOf } from '../support/messages.ts';
import { OldClient, asked, at, lastId, yesTo } from '../support/old-client.ts';
import { Program } from '../support/program.ts';

const programs: Program[] = [];
afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.kill()));
});

interface Instance {
  readonly program: Program;
  readonly url: string;
}

async function start(key: string): Promise<Instance> {
  const program = new Program('test/programs/old-waiting.ts', [], { RONDO_STATE_KEYS: key });
  programs.push(program);
  const [url] = await program.untilFound(() => /^http:\S+/m.exec(program.errors));
  return { program, url };
}

/** Resolves when an old client at the other end of the program's standard streams has been asked. */
async function askOverPipe(program: Program): Promise<void> {
  const params = { protocolVersion: '2025-11-25', capabilities: { elicitation: {} } };
  const clientInfo = { name: 'c', version: '1' };
  const messages = [
    { id: 1, method: 'initialize', params: { ...params, clientInfo } },
    { id: 2, method: 'tools/call', params: { name: 'ask', arguments: {} } },
  ];
  const lines = messages.map((message) => JSON.stringify({ jsonrpc: '2.0', ...message }));
  program.process.stdin!.write(`${lines.join('\n')}\n`);
  await program.until(/elicitation\/create/);
}

describe('a program that is to end while a person is awaited', () => {
  it('L10 L14 ends at SIGTERM before its grace is over, and the call goes on at another instance', async () => {
    const key = generateKey();
    const [one, two] = await Promise.all([start(key), start(key)]);
    const client = await OldClient.connect(one.url, { capabilities: { elicitation: {} } });
    const [response, question] = await asked(client);
    await one.program.kill('SIGTERM');
    expect(one.program.process.signalCode).toBe('SIGTERM');
    expect(one.program.errors).not.toContain('the grace is over');
    await response.end();
    expect(response.messages).toEqual([question]);
    const moved = at(two.url, client);
    const back = await moved.get({ 'last-event-id': lastId(response) });
    await moved.answer(question, yesTo(question));
    expect(textOf(await back.reply())).toBe('true');
  });

  it('L10 L16 ends at SIGTERM before its grace is over while a client over its standard streams is asked, too', async () => {
    const { program, url } = await start(generateKey());
    const client = await OldClient.connect(url, { capabilities: { elicitation: {} } });
    const [response, question] = await asked(client);
    await askOverPipe(program);
    await program.kill('SIGTERM');
    expect(program.process.signalCode).toBe('SIGTERM');
    expect(program.errors).not.toContain('the grace is over');
    await response.end();
    expect(response.messages).toEqual([question]);
  });

  it('L10 L11 L16 ends when its standard input does, and says so to the call that waits there', async () => {
    const { program, url } = await start(generateKey());
    const client = await OldClient.connect(url, { capabilities: { elicitation: {} } });
    await asked(client);
    await askOverPipe(program);
    program.process.stdin!.end();
    expect(await program.ended()).toBe(0);
    expect(program.output).toContain('The server is closing. Call again to start over.');
  });
});
