/** Every example is run, as its reader would run it. */
import { afterEach, describe, expect, it } from 'vitest';
import { Client } from '../../src/client/client.ts';
import { RESOURCE, openIssuer } from '../support/auth/issuer.ts';
import { Program } from '../support/program.ts';

const programs: Program[] = [];

afterEach(async () => {
  await Promise.all(programs.splice(0).map((program) => program.kill()));
});

async function start(name: string): Promise<{ program: Program; url: string }> {
  const program = new Program(`examples/${name}.ts`, [], { PORT: '0' });
  programs.push(program);
  const [, url] = await program.until(/Serving at (\S+)/);
  return { program, url: url! };
}

function client(url: string, content: Record<string, string | boolean>): Client {
  return new Client(url, {
    name: 'test',
    version: '1.0.0',
    onElicit: () => ({ action: 'accept', content }),
  });
}

describe('the examples', () => {
  it('the example deploy asks, and deploys once', async () => {
    const { program, url } = await start('deploy');
    const { content } = await client(url, { reason: 'tested' }).callTool('deploy', { env: 'prod' });
    expect(content).toEqual([{ type: 'text', text: 'Deployed build 412 for prod to prod.' }]);
    await program.kill('SIGTERM');
    expect(program.process.signalCode).toBe('SIGTERM');
    expect(program.errors.match(/releasing build 412/g)).toHaveLength(1);
  });

  for (const name of ['hono', 'fastify']) {
    it(`${name} serves a flow inside a framework`, async () => {
      const { url } = await start(name);
      const { content } = await client(url, { confirm: true }).callTool('greet');
      expect(content).toEqual([{ type: 'text', text: 'How do you do?' }]);
    });
  }
});

describe('the example of a protected server', () => {
  it('A1 A7 A9 the example protected verifies tokens of an issuer, and their scopes', async () => {
    const issuer = await openIssuer();
    try {
      const program = new Program('examples/protected.ts', [], {
        PORT: '0',
        ISSUER: issuer.url,
        RESOURCE,
      });
      programs.push(program);
      const [, url] = await program.until(/Serving at (\S+)/);
      const metadata = new URL('/.well-known/oauth-protected-resource', url);
      expect(await (await fetch(metadata)).json()).toMatchObject({
        scopes_supported: ['files:read'],
      });
      const as = async (scope: string): Promise<Client> =>
        new Client(url!, {
          name: 'test',
          version: '1.0.0',
          onElicit: () => ({ action: 'accept', content: { confirm: true } }),
          http: { headers: { authorization: `Bearer ${await issuer.token({ scope })}` } },
        });
      const reader = await as('files:read');
      expect((await reader.callTool('whoami')).content).toMatchObject([{ text: 'You are ada.' }]);
      await expect(reader.callTool('empty')).rejects.toMatchObject({ status: 403 });
      const { content } = await (await as('files:write')).callTool('empty');
      expect(content).toMatchObject([{ text: 'It is empty.' }]);
    } finally {
      issuer.close();
    }
  });
});

describe('the demo of two processes', () => {
  it('L14 the demo says what happens, in 80 columns, and each step runs once, for both clients', async () => {
    const demo = new Program('examples/demo/main.ts', ['--script']);
    programs.push(demo);
    expect(await demo.ended()).toBe(0);
    const [output, second] = demo.output.split('Now the official client of 2025-11-25');
    expect(Math.max(...demo.output.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(output!.match(/^Round \d, served by [AB]$/gm)).toEqual([
      'Round 1, served by A',
      'Round 2, served by B',
      'Round 3, served by B',
      'Round 4, served by B',
    ]);
    expect(output).toContain('A is killed, for good');
    expect(output).toContain('A does the work of step "plan"');
    expect(output).toContain('B does the work of step "release"');
    expect(output).toContain('step "plan" ran once');
    expect(output).toContain('step "release" ran once');
    expect(output).toMatch(/2 questions at once \(migrate, notice\) and \d+ characters/);
    expect(output).toMatch(/notice: decline/);
    expect(output).toContain('Released build 412 to prod now');

    expect(second).toContain('C does the work of step "plan"');
    expect(second).toContain('C is killed, for good, while its question is open');
    expect(second).toMatch(/^The client comes back, to D$/m);
    expect(second).toContain('D does the work of step "release"');
    expect(second).toContain('step "plan" ran once');
    expect(second).toContain('step "release" ran once');
    expect(second).toContain('Released build 412 to prod now');
  });

  it('the demo has help', async () => {
    const demo = new Program('examples/demo/main.ts', ['--help']);
    programs.push(demo);
    expect(await demo.ended()).toBe(0);
    expect(demo.output).toContain('usage: npm run demo');
  });
});
