/** Commands of `rondo` for those who run servers with a store. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../src/cli/test-support/temporary-folder.ts';
import { KeyRing, generateKey } from '../../../src/state/key-ring.ts';
import { Sealer } from '../../../src/state/sealer.ts';
import { postgresStore } from '../../../src/stores/postgres/postgres-store.ts';
import { overWires } from '../../support/each-wire.ts';
import { withPostgres } from '../../support/postgres/if-there.ts';
import { PostgresServer } from '../../support/postgres/postgres-server.ts';
import { Program, built } from '../../support/program.ts';
import { type TaskBench, YES, openTasks } from '../../support/tasks.ts';

withPostgres(() => {
  let postgres: PostgresServer;
  beforeAll(async () => void (postgres = await PostgresServer.start()));
  afterAll(() => postgres.remove());

  interface Ended {
    readonly code: number | null;
    readonly output: string;
    readonly errors: string;
  }

  async function rondo(args: string, keys = '', input = ''): Promise<Ended> {
    const env = { ...process.env, RONDO_DATABASE_URL: postgres.address, RONDO_STATE_KEYS: keys };
    const child = spawn(process.execPath, [built('src/cli/main.ts'), ...args.split(' ')], { env });
    child.stdin.on('error', () => undefined).end(input);
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
    if (child.exitCode === null) await once(child, 'exit');
    return { code: child.exitCode, output, errors };
  }

  const idOf = (key: string): string => new Sealer(new KeyRing([key]), 'task').keyId;

  /** What `rondo keys status` shows of a key: tasks, guard, spill, secret, and what it is for. */
  function shown({ output }: Ended, key: string): string[] | undefined {
    const row = output.split('\n').find((line) => line.startsWith(idOf(key)));
    return row?.trim().split(/ +/).slice(1);
  }

  overWires('a store and its keys, by commands', ['in process'], (bench) => {
    async function open(schema: string, keys: string[], worker = false): Promise<TaskBench> {
      const store = await postgresStore({
        connectionString: postgres.address,
        schema,
        migrate: false,
      });
      onTestFinished(() => store.close());
      return openTasks(
        bench,
        (server) =>
          void server.registerTool('asks', { task: 'always' }, async (ctx) =>
            String(await ctx.confirm('sure', 'Really?')),
          ),
        { store, state: { keys }, worker },
      );
    }

    it('K13 a key is replaced: what was sealed under it opens under the new one alone, also in another schema', async () => {
      const [old, next] = [generateKey(), generateKey()];
      expect(await rondo('store migrate --postgres --schema first')).toMatchObject({ code: 0 });
      const before = await open('first', [old], true);
      const { taskId } = (await before.call('asks')).result!;
      await before.until(taskId, 'input_required');
      await before.server.close();

      const status = 'keys status --postgres --schema first';
      const both = `${next},${old}`;
      const standing = await rondo(status, both);
      expect(shown(standing, old)).toEqual(['2', '0', '0', '1', 'opens']);
      expect(shown(standing, next)).toEqual(['0', '0', '0', '0', 'seals']);
      expect(standing.output + standing.errors).not.toContain(old);

      const lost = await rondo('keys rewrap --postgres --schema first', next);
      expect(lost).toMatchObject({ code: 1, output: '' });
      expect(lost.errors).toContain(idOf(old));

      const after = await rondo('keys rewrap --postgres --schema first', both);
      expect(shown(after, old)).toEqual(['0', '0', '0', '0', 'opens']);
      expect(shown(after, next)).toEqual(['2', '0', '0', '1', 'seals']);
      const json = await rondo(`${status} --json`, next);
      expect(JSON.parse(json.output)).toEqual([
        { keyId: idOf(next), tasks: 2, guard: 0, spill: 0, secret: 1, use: 'seals' },
      ]);

      const exported = await rondo('store export --postgres --schema first');
      expect(exported).toMatchObject({ code: 0, errors: '6 rows were exported.\n' });
      const moved = await rondo('store import --postgres --schema second', '', exported.output);
      expect(moved).toMatchObject({ code: 0, errors: '6 rows were imported.\n' });
      const again = await rondo('store import --postgres --schema second', '', exported.output);
      expect(again).toMatchObject({ code: 2 });
      expect(again.errors).toContain('not empty');

      const now = await open('second', [next], true);
      await now.until(taskId, 'input_required');
      await now.ask('tasks/update', taskId, { inputResponses: { sure: YES } });
      const { result } = await now.until(taskId, 'completed', 'failed');
      expect(result).toMatchObject({ content: [{ text: 'true' }] });
    });
  });

  it('what is wrong with a command for a store is said before anything is opened', async () => {
    const folder = temporaryFolder();
    const wrong = [
      ['store export', 'Give one of --postgres and --directory'],
      ['store export --postgres --directory x', 'Give one of --postgres and --directory'],
      ['store export --directory x --schema y', '--schema belongs to --postgres'],
      [`store export --directory ${folder}`, 'There is no store in'],
      ['store migrate --directory package.json', 'package.json cannot be used'],
      ['store import --directory package.json/x', 'package.json/x cannot be used'],
      ['store migrate --directory=', '--directory needs a path'],
      ['keys status --postgres --schema A-b', '--schema takes'],
      ['keys status --postgres --schema nowhere', 'rondo store migrate'],
      ['keys rewrap --postgres', 'rondo store migrate'],
      ['store import --postgres --schema third', 'not what `rondo store export` has written'],
    ] as const;
    const ended = await Promise.all(wrong.map(([args]) => rondo(args)));
    const said = ended.map(({ code, output, errors }, i) => {
      const [args, message] = wrong[i]!;
      return [args, code, output, errors.replaceAll(/\s+/g, ' ').includes(message)];
    });
    expect(said).toEqual(wrong.map(([args]) => [args, 2, '', true]));
  });

  it('an import that has failed does not wait for the rest of its input', async () => {
    const args = ['store', 'import', '--postgres', '--schema', 'failing'];
    const env = { RONDO_DATABASE_URL: postgres.address };
    const program = new Program('src/cli/main.ts', args, env);
    program.process.stdin!.write('garbage\n');
    expect(await program.ended()).toBe(2);
    expect(program.errors).toContain('Line 1 is not what `rondo store export` has written');
  });

  it('the help of every command for stores fits into 80 columns', async () => {
    const commands = [
      'keys',
      'keys status',
      'keys rewrap',
      'store',
      'store migrate',
      'store export',
    ];
    const help = await Promise.all(commands.map((command) => rondo(`${command} --help`)));
    const shape = help.map(({ code, output }, i) => {
      const longest = Math.max(...output.split('\n').map((line) => line.length));
      return [commands[i], code, longest <= 80];
    });
    expect(shape).toEqual(commands.map((command) => [command, 0, true]));
  });
});
