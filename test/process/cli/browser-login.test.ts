/** `rondo login` at an authorization server that no one here wrote, by a person at a real browser. */
import { chmodSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { McpServer } from 'mcp-rondo';
import { bearer, jwt } from 'mcp-rondo/auth';
import { type Serving, serve } from 'mcp-rondo/node';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../src/cli/test-support/temporary-folder.ts';
import { openBrowser, withBrowser } from '../../support/auth/browser.ts';
import { takePicture, takePictureOfText } from '../../support/auth/pictures.ts';
import { Secrets, Shown } from '../../support/auth/secrets.ts';
import { Terminal } from '../../support/cli/terminal.ts';
import { TEST_KEY } from '../../support/each-wire.ts';
import { freePort } from '../../support/free-port.ts';
import { silent } from '../../support/logger.ts';
import { Program } from '../../support/program.ts';

const CLIENT_URL = 'https://client.example.com/rondo.json';

const PASSWORD = 'correct horse battery';

withBrowser((newerNode) => {
  let browser: Browser;
  let page: Page;
  let issuer: Program;
  let redirectUri: string;
  let serving: Serving;
  let folder: string;

  beforeAll(async () => void (browser = await openBrowser()));
  afterAll(() => browser.close());

  beforeEach(async () => {
    folder = temporaryFolder();
    page = await (await browser.newContext()).newPage();
    const [port, issuerPort] = [await freePort(), await freePort()];
    redirectUri = `http://127.0.0.1:${await freePort()}/callback`;
    const args = [`${issuerPort}`, CLIENT_URL, redirectUri];
    issuer = new Program('test/programs/authorization-server.ts', args, {}, newerNode);
    await issuer.until(/listening/);
    serving = await serveFiles(port, `http://127.0.0.1:${issuerPort}`);
  });
  afterEach(async () => {
    await page.context().close();
    await serving.close();
    await issuer.kill();
  });

  /** How often the authorization server has said something. */
  const times = (event: string): number => issuer.output.split(`${event}\n`).length - 1;

  async function rondo(...args: string[]): Promise<Program> {
    const program = new Program('src/cli/main.ts', args, { XDG_CONFIG_HOME: folder });
    await program.ended();
    return program;
  }

  /** Logs in at a terminal, with an opener that writes down what it is to open. */
  async function logIn(...options: string[]): Promise<string> {
    const opened = openerIn(folder);
    const terminal = new Terminal(['login', serving.url, ...options], {
      XDG_CONFIG_HOME: folder,
      PATH: `${folder}:${process.env['PATH']}`,
    });
    await expect.poll(opened).toMatch(/\n/);
    await consent(page, opened().trim());
    expect(await terminal.ended()).toBe(0);
    return await terminal.text();
  }

  describe('(A23) rondo login at oidc-provider', () => {
    it('(A16) registers a client, and its tokens are used, renewed and revoked', async () => {
      const seen = await logIn();
      expect(await page.textContent('body')).toContain('go back to the terminal');
      expect(seen).toContain('Logged in.');
      expect(times('registered')).toBe(1);
      const call = await rondo('call', serving.url, 'who');
      expect([call.process.exitCode, call.output.trim(), call.errors]).toEqual([0, 'ada', '']);
      expect(times('refreshed')).toBeGreaterThan(0);
      const logout = await rondo('logout', serving.url);
      expect(logout.errors).toBe('Logged out.\n');
      expect(times('revoked')).toBeGreaterThan(0);
      const again = await rondo('call', serving.url, 'who');
      expect(again.process.exitCode).toBe(3);
    });

    it('(A29) (A23) shows a person nothing secret, at any moment', async () => {
      const secrets = new Secrets();
      secrets.add('the password', PASSWORD);
      page.on('request', (request) => keepCode(request.url(), secrets));
      const shown = new Shown();
      page.on('load', async () => shown.add(page.url(), await page.content()));
      const seen = await logIn();
      keepTokens(folder, secrets);
      await takePicture(page, 'the page after a login');
      shown.add('the last page', `${page.url()} ${await page.content()}`);
      const call = await rondo('call', serving.url, 'who', '--verbose');
      keepTokens(folder, secrets);
      const terminal = [seen, call.output, call.errors].join('\n');
      shown.add('the terminal', terminal);
      await takePictureOfText(page, 'the terminal after a login and a call', terminal);
      expect(secrets.used).toMatchObject({ 'the code': 1, 'the access token': 2 });
      expect(shown.leaks(secrets)).toEqual([]);
    });

    it('(A23) takes a code that is entered on another device', async () => {
      const args = ['login', serving.url, '--device'];
      const login = new Program('src/cli/main.ts', args, { XDG_CONFIG_HOME: folder });
      const [, code] = await login.untilFound(() => /^Code: (\S+)$/m.exec(login.errors));
      const [url] = /^http\S+$/m.exec(login.errors)!;
      await page.goto(url);
      await page.locator('input[name=user_code]').fill(code!);
      await page.locator('button[type=submit]').click();
      await page.getByRole('button', { name: 'Continue' }).click();
      await signIn(page);
      await page.getByText('Sign-in Success').waitFor();
      await login.ended();
      expect([login.process.exitCode, login.errors]).toEqual([
        0,
        expect.stringContaining('Logged'),
      ]);
      const call = await rondo('call', serving.url, 'who');
      expect([call.process.exitCode, call.output.trim()]).toEqual([0, 'ada']);
    });

    it("(A16) is the client of a metadata document, and steps up to a tool's scopes", async () => {
      await logIn('--client-metadata', CLIENT_URL, '--redirect', redirectUri);
      expect(times('registered')).toBe(0);
      const refused = await rondo('call', serving.url, 'write');
      expect(refused.process.exitCode).toBe(3);
      expect(refused.errors).toContain('files:write');
      const options = ['--client-metadata', CLIENT_URL, '--redirect', redirectUri];
      await logIn(...options, '--scope', 'files:write');
      const call = await rondo('call', serving.url, 'write');
      expect([call.process.exitCode, call.output.trim()]).toEqual([0, 'written']);
    });
  });
});

function serveFiles(port: number, issuer: string): Promise<Serving> {
  const resource = `http://127.0.0.1:${port}/mcp`;
  const authenticate = bearer({ resource, issuer, verify: jwt(), scopes: ['files:read'] });
  const options = { logger: silent, state: { keys: [TEST_KEY] }, http: { authenticate } };
  const server = new McpServer({ name: 'files', version: '1' }, options);
  server.registerTool('who', {}, (ctx) => ctx.principal!.subject);
  server.registerTool('write', { scopes: ['files:write'] }, () => 'written');
  return serve(server, { port, signals: false });
}

/** Stands in for the system's opener. @returns what it has been given */
function openerIn(folder: string): () => string {
  const log = join(folder, 'opened');
  writeFileSync(log, '');
  for (const name of ['xdg-open', 'open']) {
    writeFileSync(join(folder, name), `#!/bin/sh\nprintf '%s\\n' "$1" >> '${log}'\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return () => (existsSync(log) ? readFileSync(log, 'utf8') : '');
}

/** What a person does who has been sent to a page, until it is over. */
async function consent(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await signIn(page);
  await page.waitForURL(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
}

/** Signs in, unless that was done before, and consents. */
async function signIn(page: Page): Promise<void> {
  const name = page.locator('input[name=login]');
  const isConsent = page.locator('input[name=prompt][value=consent]');
  await name.or(isConsent).first().waitFor({ state: 'attached' });
  if ((await name.count()) > 0) {
    await name.fill('ada');
    await page.locator('input[name=password]').fill(PASSWORD);
    await page.locator('button[type=submit]').click();
  }
  await isConsent.waitFor({ state: 'attached' });
  await page.locator('button[type=submit]').click();
}

function keepCode(url: string, secrets: Secrets): void {
  const code = new URL(url).searchParams.get('code');
  if (code !== null) secrets.add('the code', code);
}

/** What the command has kept of its tokens. */
function keepTokens(folder: string, secrets: Secrets): void {
  const files = join(folder, 'mcp-rondo/auth');
  for (const file of readdirSync(files)) {
    const kept = readFileSync(join(files, file), 'utf8').matchAll(/"(refresh|access)":"([^"]+)"/g);
    for (const [, name, token] of kept) secrets.add(`the ${name} token`, token!);
  }
}
