/** The package as its users get it: what they can import, compile and read. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { dirname, join } from 'node:path/posix';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Compiled,
  type InstalledPackage,
  compile,
  compileAll,
  installPackage,
  runModule,
} from '../support/installed-package.ts';

let installed: InstalledPackage;

beforeAll(async () => {
  installed = await installPackage();
});

afterAll(() => installed?.remove());

/** What users export from libraries of their own, by the only entry that they import. */
const LIBRARIES: Record<string, string> = {
  'mcp-rondo': `
    import { type Context, McpServer, ResourceTemplate, inputRequired } from 'mcp-rondo';
    export const builder = inputRequired;
    export const server = new McpServer({ name: 'a', version: '1' });
    export const { fetch, registerTool, registerPrompt, registerResource } = server;
    export const tool = server.registerTool('a', {}, (context) => context.flowId);
    export const { update, remove } = tool;
    export const prompt = server.registerPrompt('a', {}, () => 'a');
    export const resource = server.registerResource('a', 'a://b', {}, () => 'a');
    const template = new ResourceTemplate('a://{b}', { list: undefined });
    export const resources = server.registerResource('b', template, {}, () => 'a');
    declare const context: Context;
    export const { elicit, confirm, elicitUrl, sample, listRoots, all, step, client } = context;
    export const scoped = context.scope('a');
    export const question = inputRequired.listRoots();
    export const params = question.params;`,
  'mcp-rondo/node': `
    import { nodeHandler, serve, type HttpService } from 'mcp-rondo/node';
    export const serving = (service: HttpService) => serve(service, { port: 0 });
    export const handler = (service: HttpService) => nodeHandler(service);`,
  'mcp-rondo/stdio': `
    import { serveStdio } from 'mcp-rondo/stdio';
    export const serving = (...how: Parameters<typeof serveStdio>) => serveStdio(...how);`,
  'mcp-rondo/client': `
    import { Client } from 'mcp-rondo/client';
    export const client = new Client('https://a.example/mcp', { name: 'a', version: '1' });
    export const { callTool, getPrompt, readResource, discover, complete, listen, start } = client;
    export const { listTools, listPrompts, listResources, listResourceTemplates } = client;
    export const stepper = client.start('tools/call', { name: 'a' });
    export const { answer, advance, toJSON, questions, result } = stepper;
    export const params = Object.values(questions).map((question) => question.params);
    export const content = async () => (await client.callTool('a')).content;
    export const changes = async () => client.listen({});`,
  'mcp-rondo/flow': `
    import { FlowContext, type FlowHost, Round } from 'mcp-rondo/flow';
    declare const host: FlowHost;
    export const round = new Round(host);
    export const { run, deliver, cancel, suspend, moveTo } = round;
    export const context = new FlowContext(round);
    export const { elicit, sample, step, all } = context;
    export const { journal, scheduler, flow, limits, onStill } = host;`,
  'mcp-rondo/state': `
    import { FlowSecret, KeyRing, StateSeal, generateKey, sealedProtection } from 'mcp-rondo/state';
    export const ring = new KeyRing([generateKey()]);
    export const states = new StateSeal(sealedProtection(ring), 1_000, Date.now);
    export const { seal, open } = states;
    export const secret = FlowSecret.create();`,
  'mcp-rondo/inside': `
    import { type OfficialServer, rondoInside } from 'mcp-rondo/inside';
    export const rondo = rondoInside({ audience: 'a' });
    export const { registerTool, registerPrompt, registerResource, verify } = rondo;
    export const tool = (server: OfficialServer) =>
      rondo.registerTool(server, 'a', {}, (context) => context.flowId);`,
  'mcp-rondo/auth': `
    import { bearer, introspection, jwt, protectedResource } from 'mcp-rondo/auth';
    export const signed = jwt({ typ: 'any' });
    export const asked = introspection({ client: { client_id: 'a', client_secret: 'b' } });
    const issuer = 'https://id.example';
    export const authenticate = bearer({ resource: 'https://a.example/mcp', issuer, verify: signed });
    export const { fetch, metadata, paths } = protectedResource(authenticate);`,
  'mcp-rondo/redis': `
    import { type IoRedis, redisRelay } from 'mcp-rondo/redis';
    declare const client: IoRedis;
    export const relay = redisRelay(client, { channel: 'a' });
    export const { publish, subscribe } = relay;`,
  'mcp-rondo/otel': `
    import { otel, otelClient } from 'mcp-rondo/otel';
    export const listener = otel({ resourceUris: true });
    export const { call, request } = otelClient();`,
  'mcp-rondo/testing': `
    import { type ServerFactory, testServer } from 'mcp-rondo/testing';
    export const host = (factory: ServerFactory) => testServer(factory);
    export const flow = async (factory: ServerFactory) => host(factory).callTool('a');
    export type Flow = Awaited<ReturnType<typeof flow>>;
    declare const begun: Flow;
    export const { answer, fork, expectAsk, expectError, messages, progress, error } = begun;
    export const { request, schema } = begun.expectAsk('a');
    export const params = request.params;`,
  'mcp-rondo/embedded': `
    import { embeddedStore } from 'mcp-rondo/embedded';
    export const store = embeddedStore({ directory: 'tasks' });
    export const opened = async () => (await store).close;`,
  'mcp-rondo/postgres': `
    import { postgresStore } from 'mcp-rondo/postgres';
    export const store = postgresStore({ connectionString: 'postgres://a.example/b' });
    export const opened = async () => (await store).close;`,
};

describe('a library that imports one entry of the package', () => {
  const exported: Record<string, readonly string[]> = {};
  let compiled: Record<string, Compiled>;
  const fileOf = (entry: string): string => entry.replaceAll('/', '-');

  beforeAll(async () => {
    const texts: Record<string, string> = {};
    for (const [entry, text] of Object.entries(LIBRARIES)) {
      const list = `console.log(Object.keys(await import('${entry}')).join())`;
      const names = (await runModule(installed, list)).trim().split(',');
      exported[entry] = names;
      const values = names.map((name) => `export const its${name} = its.${name};`);
      texts[fileOf(entry)] = `import * as its from '${entry}';\n${values.join('\n')}\n${text}`;
    }
    compiled = await compileAll(installed, texts);
  });

  it('can be written for every entry', () => {
    const { exports } = installed.manifest;
    const entries = Object.keys(exports).filter((path) => typeof exports[path] !== 'string');
    expect(entries.map((path) => `mcp-rondo${path.slice(1)}`)).toEqual(Object.keys(LIBRARIES));
  });

  it.each(Object.keys(LIBRARIES))(
    'can export what %s exports, and what it makes of it',
    (entry) => {
      const { errors, declarations } = compiled[fileOf(entry)]!;
      expect(errors).toBe('');
      for (const name of exported[entry]!) expect(declarations).toContain(` its${name}`);
      expect(declarations).not.toMatch(/node_modules|\/dist\//);
    },
  );
});

describe('the declarations of the package', () => {
  it('do not offer what is internal', async () => {
    const text = `
      import { McpServer, type Context, type FlowOptions } from 'mcp-rondo';
      import { Client, type Stepper, type Subscription } from 'mcp-rondo/client';
      import type { TestHost, TestFlow } from 'mcp-rondo/testing';
      const server = new McpServer({ name: 'a', version: '1' });
      const tool = server.registerTool('a', {}, () => 'a');
      type Members<T> = Exclude<keyof T, symbol>;
      export const ofTools: Record<Members<typeof tool>, true> =
        { enabled: true, enable: true, disable: true, remove: true, update: true };
      type Hidden = 'dispatch' | 'httpPolicy' | 'round' | 'meta' | 'notifier' | 'course' | 'order';
      type Types = [McpServer, Context, Client, Stepper, Subscription, TestHost, TestFlow];
      export const hidden: Extract<Members<Types[number]>, Hidden>[] = [];
      export const none: never[] = hidden;`;
    expect((await compile(installed, text)).errors).toBe('');
  });

  it('show what the answers of several questions are, and not the name of a type', async () => {
    const text = `
      import type { Context } from 'mcp-rondo';
      declare const context: Context;
      export const answers = context.all({ sure: context.confirm('a', 'b'), twice: [1, 2] });`;
    const { declarations } = await compile(installed, text);
    expect(declarations.replaceAll(/\s+/g, ' ')).toContain(
      'answers: Promise<{ sure: boolean; twice: number[]; }>',
    );
  });

  it('are enough for a program that runs in a browser or a worker', async () => {
    const text = `
      import { McpServer } from 'mcp-rondo';
      import { Client } from 'mcp-rondo/client';
      export type Engine = typeof import('mcp-rondo/flow');
      export type Testing = typeof import('mcp-rondo/testing');
      export const server = new McpServer({ name: 'a', version: '1' });
      export const client = new Client(server, { name: 'a', version: '1' });
      export const response = server.fetch(new Request('https://a.example/mcp'));`;
    const { errors } = await compile(installed, text, {
      lib: ['ES2023', 'DOM'],
      types: [],
    });
    expect(errors).toBe('');
  });
});

describe('a package that is optional and not installed', () => {
  it('A3 is named when a server that needs it is served', async () => {
    const text = `
      import { McpServer } from 'mcp-rondo';
      import { bearer, jwt } from 'mcp-rondo/auth';
      import { serve } from 'mcp-rondo/node';
      const [resource, issuer] = ['https://a.example/mcp', 'https://id.example'];
      const authenticate = bearer({ resource, issuer, verify: jwt() });
      const server = new McpServer({ name: 'a', version: '1' }, { http: { authenticate } });
      await serve(server, { port: 0 }).catch(({ message }) => console.log(message));`;
    const message = 'jwt() needs the package jose: npm install jose';
    expect((await runModule(installed, text)).trim()).toBe(message);
  });
});

describe('the first program of the README', () => {
  it('the first program of the README runs as it is printed, and the command calls it by both its names', async () => {
    const [, code] = /```ts\n(.*?)```/s.exec(await read('README.md'))!;
    const { project, folder, manifest } = installed;
    await symlink(resolve('node_modules/zod'), join(project, 'node_modules/zod'), 'dir');
    await writeFile(join(project, 'server.mjs'), code!);
    await writeFile(join(project, 'answers.json'), '{"go":{"reason":"it is tested"}}');
    const server = spawn(process.execPath, ['server.mjs'], {
      cwd: project,
      env: { ...process.env, PORT: '0' },
    });
    try {
      const [line] = (await once(server.stdout, 'data')) as [Buffer];
      const [, url] = /Serving at (\S+)/.exec(String(line))!;
      expect(Object.keys(manifest.bin)).toEqual(['mcp-rondo', 'rondo']);
      for (const program of Object.values(manifest.bin)) {
        const words = ['call', url!, 'deploy', '--arg', 'env=prod', '--answers', 'answers.json'];
        // As npm links it: it is started by its own first line.
        const run = promisify(execFile)(join(folder, program), words, { cwd: project });
        await expect(run).resolves.toMatchObject({
          stdout: 'Deployed build 412 for prod to prod.\n',
        });
      }
    } finally {
      server.kill();
    }
  });
});

describe('the files of the package', () => {
  it('have source maps that hold the sources', async () => {
    const modules = installed.files.filter((path) => path.endsWith('.js'));
    expect(modules.length).toBeGreaterThan(100);
    const without: string[] = [];
    for (const path of modules) {
      const map = JSON.parse(await read(`${path}.map`)) as { readonly sourcesContent?: string[] };
      if (typeof map.sourcesContent?.[0] !== 'string') without.push(path);
    }
    expect(without).toEqual([]);
  });

  it('hold no tests', () => {
    const tests = installed.files.filter((path) => /^dist\/.*(?:\.test\.|test-support)/.test(path));
    expect(tests).toEqual([]);
  });

  it('are there where the README leads, and where a document leads to another', async () => {
    const documents = installed.files.filter((path) => path.endsWith('.md'));
    expect(documents).toContain('README.md');
    const missing: string[] = [];
    for (const document of documents) {
      for (const link of await relativeLinks(document)) {
        const path = join(dirname(document), link);
        const counts = document === 'README.md' || link.endsWith('.md');
        if (counts && !installed.files.includes(path)) missing.push(`${document}: ${link}`);
      }
    }
    expect(missing).toEqual([]);
  });
});

function read(path: string): Promise<string> {
  return readFile(join(installed.folder, path), 'utf8');
}

async function relativeLinks(document: string): Promise<string[]> {
  const links = (await read(document)).matchAll(/\]\((?<to>[^)#\s]+)[^)]*\)/g);
  return [...links].map(({ groups }) => groups!['to']!).filter((to) => !/^\w+:/.test(to));
}
