/** Sends a person to the page of a login, and waits for what it comes back with. */
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { LoginContext } from '../../auth/client/login/login-options.ts';
import { Failure } from '../failure.ts';
import { openUrl } from '../questions/terminal/opener.ts';
import { clean, cleanLine } from '../terminal/clean.ts';
import { paint } from '../terminal/paint.ts';
import { Loopback } from './loopback.ts';

/** How long a person may take, in ms. */
const PATIENCE = 300_000;

export class BrowserLogin {
  /** Whether a person has been sent to a page. */
  hasBeenShown = false;
  readonly #fixed: string | undefined;
  readonly #opens: boolean;
  #loopback: Loopback | undefined;

  /**
   * @param fixed the redirect URI, if it is not to be chosen
   * @param opens whether a browser is opened; else what it came back with may be pasted, too, as
   *   where it does not come back to this machine
   */
  constructor(fixed: string | undefined, opens: boolean) {
    this.#fixed = fixed;
    this.#opens = opens;
  }

  readonly redirectUri = async (registered: string | undefined): Promise<string> => {
    const fixed = this.#fixed;
    if (fixed !== undefined && !fixed.startsWith('http://')) return fixed;
    this.#loopback ??= await (fixed === undefined ? Loopback.open(registered) : Loopback.at(fixed));
    return this.#loopback.redirectUri;
  };

  readonly redirect = async (
    url: string,
    { warnings, issuer, signal }: LoginContext,
  ): Promise<string> => {
    const state = new URL(url).searchParams.get('state') ?? '';
    this.hasBeenShown = true;
    show(url, issuer, warnings);
    const over = new AbortController();
    const ends = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE), over.signal]);
    const waits: Promise<string>[] = [ended(ends)];
    if (this.#loopback !== undefined) waits.push(this.#loopback.callback(state));
    // Where the browser comes back to elsewhere, only the person can bring what it came with.
    if (!this.#opens || this.#loopback === undefined) waits.push(pasted(ends));
    if (this.#opens) void open(url);
    try {
      return await Promise.race(waits);
    } finally {
      over.abort();
    }
  };

  close(): void {
    this.#loopback?.close();
  }
}

async function open(url: string): Promise<void> {
  if (await openUrl(new URL(url))) return;
  process.stderr.write(
    'Nothing here could open it: please do it yourself; on another machine, with --no-browser.\n',
  );
}

/** The host first: it gets what the person enters. The URL is in one line, to be copied. */
function show(url: string, issuer: string, warnings: readonly string[]): void {
  const { host } = new URL(url);
  process.stderr.write(
    `Log in at ${paint(process.stderr, 'bold', clean(host))}, for ${cleanLine(issuer)}:\n\n${clean(url)}\n\n`,
  );
  for (const warning of warnings) process.stderr.write(`Careful: ${cleanLine(warning)}\n`);
}

function ended(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => reject(new Failure('Nobody has logged in.'));
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

/** A URL that is pasted; lines that are none are passed over. */
function pasted(signal: AbortSignal): Promise<string> {
  process.stderr.write('Paste the URL that the browser came back with, and press Enter:\n');
  const lines = createInterface({ input: process.stdin, signal });
  // A pipe that has been read from keeps the program from ending, as long as it is open.
  lines.once('close', () => (process.stdin as Partial<Socket>).unref?.());
  return new Promise((resolve) => {
    lines.on('line', (line) => {
      if (!URL.canParse(line.trim())) return;
      resolve(line.trim());
      lines.close();
    });
  });
}
