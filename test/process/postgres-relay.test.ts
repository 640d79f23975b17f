/** Old clients whose answers arrive at another process than the one that asks. */
import { expect, it, onTestFinished } from 'vitest';
import { TEST_KEY } from '../support/each-wire.ts';
import { OldClient, isQuestion } from '../support/old-client.ts';
import { withPostgres } from '../support/postgres/if-there.ts';
import { PostgresServer } from '../support/postgres/postgres-server.ts';
import { SilentProxy } from '../support/postgres/silent-proxy.ts';
import { Program } from '../support/program.ts';

withPostgres(() => {
  it('L9 the answer of an old client, small or of 20,000 characters, reaches the process that asks through PostgreSQL', async () => {
    const postgres = await PostgresServer.start();
    onTestFinished(() => postgres.remove());
    const env = { RONDO_STATE_KEYS: TEST_KEY };
    const programs = [1, 2].map(
      () => new Program('test/programs/relayed.ts', [postgres.address], env),
    );
    onTestFinished(async () => void (await Promise.all(programs.map((each) => each.kill()))));
    const [asking, other] = await Promise.all(
      programs.map(async (program) => (await program.until(/http:\S+/))[0]),
    );
    const client = await OldClient.connect(asking!, { capabilities: { elicitation: {} } });
    for (const length of [3, 20_000]) {
      client.url = asking!;
      const response = await client.request('tools/call', { name: 'asks', arguments: {} });
      const question = await response.message(isQuestion);
      client.url = other!;
      const content = { text: 'x'.repeat(length) };
      const taken = await client.answer(question, { action: 'accept', content });
      expect(taken.status).toBe(202);
      const { result } = await response.message((message) => message.result !== undefined);
      const text = `${length} characters at ${programs[0]!.process.pid}`;
      expect(result).toMatchObject({ content: [{ text }] });
    }
  });

  it('L9 a process that has closed its store ends, although all connections have become silent', async () => {
    const postgres = await PostgresServer.start();
    onTestFinished(() => postgres.remove());
    const proxy = await SilentProxy.start(postgres.address);
    onTestFinished(() => proxy.close());
    const program = new Program('test/programs/closed-store.ts', [proxy.address]);
    onTestFinished(() => program.kill());
    await program.until(/open/);
    proxy.silence();
    program.process.stdin!.end();
    expect([await program.ended(), program.output]).toEqual([0, 'open\nclosed\n']);
  });
});
