import type * as nodeChildProcess from 'node:child_process';
import { RondoError, invalidOptions } from '../base/errors.ts';
import { callable, either, listOf, nonEmptyText, oneOf, record } from '../base/option-checks.ts';
import { type OptionSet, assertOptions } from '../base/options.ts';
import { type Line, LineSplitter } from './lines.ts';

/** A program that serves MCP on its standard streams. It is started as it is, never by a shell. */
export interface ServerCommand {
  readonly command: string;
  readonly args?: readonly string[];
  /** Added to what every program needs (`PATH`, `HOME`, …); nothing else is handed on. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /**
   * Where its standard error goes: to this process's own (`inherit`, the default), nowhere, or to a
   * function, line by line. What it says there is no sign of failure.
   */
  readonly stderr?: 'inherit' | 'ignore' | ((line: string) => void);
}

/** What a running server tells its owner. */
export interface ChildProcessListener {
  onLine(line: Line): void;
  /** It has ended, or could not be started; `why` completes "The server …". */
  onExit(why: string): void;
}

/** How long a server may take to end by itself, and again to end when told to, in ms (IO-7). */
const PATIENCE = 2_000;

/** How long what a server has written may take to arrive after it has ended, in ms. */
const LAST_WORDS = 250;

/** Longest line of standard error that is handed on whole. */
const MAX_STDERR_LINE = 64 * 1024;

/** One run of a server's program. */
export class ChildProcess {
  readonly #child: nodeChildProcess.ChildProcess;
  readonly #ended: Promise<void>;

  /** @param maxLineBytes how long a message may be */
  constructor(server: ServerCommand, maxLineBytes: number, listener: ChildProcessListener) {
    const { stderr = 'inherit' } = server;
    this.#child = childProcess().spawn(server.command, server.args ?? [], {
      env: { ...essentialEnvironment(), ...server.env },
      stdio: ['pipe', 'pipe', typeof stderr === 'function' ? 'pipe' : stderr],
      windowsHide: true,
      ...(server.cwd !== undefined && { cwd: server.cwd }),
    });
    this.#ended = new Promise((resolve) => {
      const end = (why: string): void => {
        this.#child.stdout?.destroy();
        this.#child.stderr?.destroy();
        listener.onExit(why);
        resolve();
      };
      this.#child.once('error', (error) => end(`could not be run: ${error.message}`));
      this.#child.once('exit', (code, signal) => {
        const why = `ended with ${signal ?? `code ${code}`}`;
        // Its last words may still be on their way; the streams themselves others may keep open.
        const timer = setTimeout(end, LAST_WORDS, why);
        this.#child.once('close', () => {
          clearTimeout(timer);
          end(why);
        });
      });
    });
    const lines = new LineSplitter(maxLineBytes, (line) => listener.onLine(line));
    this.#child.stdout?.on('data', (chunk: Buffer) => lines.push(chunk));
    if (typeof stderr === 'function') this.#readErrors(stderr);
    // A server that has gone is noticed by its exit.
    this.#child.stdin?.on('error', () => {});
  }

  writeLine(text: string): void {
    if (this.#child.stdin?.writable) this.#child.stdin.write(`${text}\n`);
  }

  /** Closes its input and waits; then asks it to end, then ends it (IO-7). */
  async close(): Promise<void> {
    this.#child.stdin?.end();
    if (await this.#endsWithin(PATIENCE)) return;
    this.#child.kill('SIGTERM');
    if (await this.#endsWithin(PATIENCE)) return;
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  async #endsWithin(ms: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => {
      timer = setTimeout(() => resolve(false), ms);
    });
    const ended = await Promise.race([this.#ended.then(() => true), late]);
    clearTimeout(timer);
    return ended;
  }

  #readErrors(onLine: (line: string) => void): void {
    const lines = new LineSplitter(MAX_STDERR_LINE, (line) => {
      if ('text' in line) onLine(line.text);
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => lines.push(chunk));
  }
}

const COMMAND: OptionSet<ServerCommand> = {
  of: 'a server command',
  table: {
    command: nonEmptyText,
    args: listOf('texts, which no shell splits', (arg) => typeof arg === 'string'),
    env: record,
    cwd: nonEmptyText,
    stderr: either("'inherit', 'ignore' or a function", oneOf('inherit', 'ignore'), callable),
  },
  notes: { shell: 'A program is started as it is, never by a shell.' },
};

/** @throws RondoError `invalid_options` for what cannot be a command */
export function assertCommand(command: ServerCommand): void {
  assertOptions(COMMAND, command);
  if (command.command === undefined) {
    throw invalidOptions('A server is started by a command: { command, args }.');
  }
}

const ESSENTIAL = [
  'HOME LANG LOGNAME PATH SHELL TERM TMPDIR TZ USER',
  'APPDATA HOMEDRIVE HOMEPATH LOCALAPPDATA PROCESSOR_ARCHITECTURE PROGRAMFILES',
  'SYSTEMDRIVE SYSTEMROOT TEMP USERNAME USERPROFILE',
].flatMap((names) => names.split(' '));

/** A server gets no secrets that happen to lie in our own environment. */
function essentialEnvironment(): Record<string, string> {
  const entries = ESSENTIAL.map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as never;
}

/** Loaded at first use, so that bundles for browsers do not contain it. */
function childProcess(): typeof nodeChildProcess {
  const loaded = globalThis.process?.getBuiltinModule?.('node:child_process');
  if (loaded !== undefined) return loaded;
  throw new RondoError('transport_failed', 'This runtime cannot start programs; use a URL.');
}
