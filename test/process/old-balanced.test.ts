/** Official old clients behind nginx that hashes on the session, as docs/deploying.md shows it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'sdk-1.32/client/index.js';
import { StreamableHTTPClientTransport } from 'sdk-1.32/client/streamableHttp.js';
import { ElicitRequestSchema } from 'sdk-1.32/types.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Nginx, hasNginx } from '../chaos/nginx.ts';
import { generateKey } from '../../src/state/key-ring.ts';
import { Program } from '../support/program.ts';

if (!hasNginx) console.warn('Tests with nginx are not run here: apt-get install nginx');

const HASH = 'hash $http_mcp_session_id consistent;';

/** Two instances behind it, and the file of their steps: `<run> <step> <key> <process>`. */
async function start(): Promise<{ url: string; programs: Program[]; steps(): string[][] }> {
  const folder = mkdtempSync(join(tmpdir(), 'rondo-balanced-'));
  const file = join(folder, 'steps');
  writeFileSync(file, '');
  const env = { RONDO_STATE_KEYS: generateKey() };
  const programs = [1, 2].map(() => new Program('test/programs/old-failover.ts', [file], env));
  const ports = await Promise.all(
    programs.map(async (program) => Number((await program.until(/:(\d+)\/mcp/))[1])),
  );
  const nginx = await Nginx.start(ports, HASH);
  onTestFinished(async () => {
    await nginx.stop();
    await Promise.all(programs.map((program) => program.kill()));
    rmSync(folder, { recursive: true });
  });
  const steps = (): string[][] =>
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' '));
  return { url: nginx.url, programs, steps };
}

/** A call of a client of its own; `onAsked` is called at each question. */
async function call(
  url: string,
  run: string,
  onAsked: (count: number) => unknown,
): Promise<unknown> {
  const client = new Client({ name: 'c', version: '1' }, { capabilities: { elicitation: {} } });
  let count = 0;
  client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
    await onAsked(++count);
    const { properties } = (params as { requestedSchema: { properties: object } }).requestedSchema;
    return { action: 'accept', content: { [Object.keys(properties)[0]!]: true } };
  });
  try {
    await client.connect(new StreamableHTTPClientTransport(new URL(url)) as never);
    const { content } = await client.callTool({ name: 'deploy', arguments: { run } });
    expect(count).toBe(2);
    return (content as { text: string }[])[0]!.text;
  } finally {
    await client.close();
  }
}

describe.runIf(hasNginx)('official clients behind a balancer that hashes on the session', () => {
  it('L4 L9 end their calls at both instances, wherever they began their sessions', async () => {
    const { url, steps } = await start();
    const served = (): Set<string> => new Set(steps().map(([, , , process]) => process!));
    for (let i = 0; i < 4 || served().size < 2; i++) {
      expect(await call(url, `run-${i}`, () => {})).toBe('412 true true');
      const own = steps().filter(([run]) => run === `run-${i}`);
      expect(own.map(([, step]) => step)).toEqual(['plan', 'release']);
      expect(new Set(own.map(([, , , process]) => process)).size).toBe(1);
    }
  });

  it('L14 end a call whose instance is killed while its user thinks, its step run once and its user asked once', async () => {
    const { url, programs, steps } = await start();
    const text = await call(url, 'killed', async (count) => {
      if (count > 1) return;
      const [, , , process] = steps().at(-1)!;
      await programs.find((each) => String(each.process.pid) === process)!.kill();
    });
    expect(text).toBe('412 true true');
    expect(steps().map(([, step]) => step)).toEqual(['plan', 'release']);
    expect(new Set(steps().map(([, , , process]) => process)).size).toBe(2);
  });
});
