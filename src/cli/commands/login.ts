import { type Command, InvalidArgumentError } from 'commander';
import { type OAuth, oauth } from '../../auth/client/oauth.ts';
import type { DeviceCode } from '../../auth/client/login/login-options.ts';
import { fileStore } from '../../auth/client/stores/file-store.ts';
import { isLoopback } from '../../base/loopback.ts';
import { parseUrl } from '../../base/parse-url.ts';
import { Client } from '../../client/client.ts';
import { rondo } from '../command-name.ts';
import { version } from '../version.ts';
import { ExitCode, UsageError } from '../failure.ts';
import { Interruptions } from '../flow/interruptions.ts';
import { BrowserLogin } from '../login/browser-login.ts';
import { takeTarget } from '../target/target.ts';
import { clean, cleanLine } from '../terminal/clean.ts';
import type { Invocation } from './invocation.ts';
import { given } from './options.ts';

interface LoginOptions {
  readonly browser: boolean;
  readonly device?: boolean;
  readonly redirect?: string;
  readonly clientMetadata?: string;
  readonly scope?: readonly string[];
}

const EXAMPLES = `
Examples:
  ${rondo} login https://mcp.example.com/mcp
  ${rondo} login https://mcp.example.com/mcp --no-browser

Tokens are kept in files that only you can read. Other commands use and renew them.
`;

export function addLogin(program: Command, invocation: Invocation): void {
  program
    .command('login')
    .summary('log in to a server, for all later commands')
    .description('Logs in where the server sends you to, and keeps the tokens.')
    .argument('<url>', '', given)
    .option('--no-browser', 'print the page, and take the URL it comes back with pasted, too')
    .option('--device', 'log in with a code on another device, where the server offers that')
    .option(
      '--redirect <uri>',
      'where the browser comes back to, for clients that are bound to one',
    )
    .option('--client-metadata <url>', "the client's metadata document, instead of a registration")
    .option('--scope <scope>', 'a scope to ask for beside those of the server; repeatable', scopes)
    .addHelpText('after', EXAMPLES)
    .action(async (url: string, options: LoginOptions) => {
      invocation.exitCode = await login(urlOf(url), options);
    });
}

/** RFC 6749, section 3.3. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

function scopes(value: string, before: readonly string[] = []): string[] {
  if (SCOPE.test(value)) return [...before, value];
  throw new InvalidArgumentError('It has to be one scope, without spaces and quotes.');
}

/** @throws UsageError */
export function urlOf(text: string): string {
  const { address } = takeTarget({ words: [text], program: undefined }, []);
  if ('url' in address) return new URL(address.url).href;
  throw new UsageError('A login is for a server at a URL.');
}

/** @throws UsageError */
function assertUsable({ redirect, clientMetadata }: LoginOptions): void {
  const uri = redirect === undefined ? undefined : parseUrl(redirect);
  if (redirect !== undefined && (uri === undefined || isOpenHttp(uri))) {
    throw new UsageError('--redirect needs a URL, which is https unless it is of this machine.');
  }
  if (clientMetadata !== undefined && parseUrl(clientMetadata)?.protocol !== 'https:') {
    throw new UsageError('--client-metadata needs an https URL.');
  }
}

function isOpenHttp({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && !isLoopback(hostname);
}

async function login(url: string, options: LoginOptions): Promise<number> {
  assertUsable(options);
  const browser = new BrowserLogin(options.redirect, options.browser);
  const interruptions = new Interruptions();
  try {
    const { signal } = interruptions;
    const ours = begin(browser, options);
    const isDone = options.scope === undefined && (await isAsked(url, ours, browser, signal));
    if (!isDone) await ours.login(url, { signal, ...(options.scope && { scopes: options.scope }) });
    process.stderr.write(`Logged in. ${rondo} call ${clean(url)} … uses it from now on.\n`);
    return ExitCode.ok;
  } catch (error) {
    throw interruptions.signal.reason ?? error;
  } finally {
    browser.close();
    interruptions.stop();
  }
}

/** A server that asks by itself says more of what it wants than one that is looked up. */
async function isAsked(
  url: string,
  { http }: OAuth,
  browser: BrowserLogin,
  signal: AbortSignal,
): Promise<boolean> {
  const client = new Client(url, { name: 'rondo', version, http });
  try {
    await client.discover({ signal });
    return browser.hasBeenShown;
  } finally {
    await client.close();
  }
}

function begin(browser: BrowserLogin, { device, clientMetadata }: LoginOptions): OAuth {
  return oauth({
    redirect: browser.redirect,
    redirectUri: device ? (registered) => registered ?? DEVICE_URI : browser.redirectUri,
    store: fileStore(),
    clientName: 'rondo',
    ...(clientMetadata !== undefined && { clientMetadataUrl: clientMetadata }),
    ...(device && {
      onDeviceCode(code) {
        browser.hasBeenShown = true;
        showCode(code);
      },
    }),
  });
}

/** Never used, but no client is registered without one. */
const DEVICE_URI = 'http://127.0.0.1/callback';

function showCode({ url, code, issuer }: DeviceCode): void {
  process.stderr.write(
    `Log in at ${clean(new URL(url).host)}, for ${cleanLine(issuer)}:\n\n${clean(url)}\n\nCode: ${cleanLine(code)}\n`,
  );
}
