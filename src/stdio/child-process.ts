import type * as nodeChildProcess from 'node:child_process';
import { RondoError, invalidOptions } from '../base/errors.ts';
import { callable, either, listOf, nonEmptyText, oneOf, record } from '../base/option-checks.ts';
import { notifyListener } from '../base/listener.ts';
import { type OptionSet, readOptions } from '../base/options.ts';
import { type Line, LineSplitter } from './lines.ts';

/** A program that serves MCP on its standard streams. It is started directly, never by a shell. */
export interface ServerCommand {
  /** The program: a path, or a name that is looked up in `PATH`. */
  readonly command: string;
  /** The program's arguments. Default: none. */
  readonly args?: readonly string[];
  /**
   * Environment variables for the program. Of this process's own it only gets those that every
   * program needs (`PATH`, `HOME`, …). Default: none.
   */
  readonly env?: Readonly<Record<string, string>>;
  /** The program's working directory. Default: that of this process. */
  readonly cwd?: string;
  /**
   * Where the program's standard error goes: to that of this process (`inherit`), nowhere
   * (`ignore`), or to a function, line by line. Output there does not mean failure. Default
   * `inherit`.
   */
  readonly stderr?: 'inherit' | 'ignore' | ((line: string) => void);
}

/** Is notified of the output and the end of a program. */
export interface ChildProcessListener {
  onLine(line: Line): void;
  /** The function that reads standard error threw `error`. */
  onStderrFailed(error: unknown): void;
  /** The program has ended, or could not be started. `why` completes "The server …". */
  onExit(why: string): void;
}

/**
 * How long a program may take to end after its input was closed, and again after SIGTERM, in ms
 * (IO-7).
 */
const PATIENCE = 2_000;

/** How long the output of a program may take to arrive after the program has ended, in ms. */
const LAST_WORDS = 250;

/** Longest line of standard error that is passed on, in bytes. */
const MAX_STDERR_LINE = 64 * 1024;

/** One run of a server's program. */
export class ChildProcess {
  readonly #child: nodeChildProcess.ChildProcess;
  readonly #ended: Promise<void>;

  /** @param maxLineBytes longest message, in bytes */
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
        // Its last output may still arrive. Do not wait for the streams to end: programs that it
        // has started may keep them open.
        const timer = setTimeout(end, LAST_WORDS, why);
        this.#child.once('close', () => {
          clearTimeout(timer);
          end(why);
        });
      });
    });
    const lines = new LineSplitter(maxLineBytes, (line) => listener.onLine(line));
    this.#child.stdout?.on('data', (chunk: Buffer) => lines.push(chunk));
    if (typeof stderr === 'function') this.#readErrors(stderr, listener);
    // Writing to a program that has ended fails; `onExit` reports it.
    this.#child.stdin?.on('error', () => {});
  }

  writeLine(text: string): void {
    if (this.#child.stdin?.writable) this.#child.stdin.write(`${text}\n`);
  }

  /**
   * Closes the program's input and waits for its end, then sends SIGTERM, then SIGKILL (IO-7); at once
   * if this process exits meanwhile.
   */
  async close(): Promise<void> {
    if (ending.size === 0) globalThis.process.on('exit', killEnding);
    ending.add(this.#child);
    try {
      this.#child.stdin?.end();
      if (await this.#endsWithin(PATIENCE)) return;
      this.#child.kill('SIGTERM');
      if (await this.#endsWithin(PATIENCE)) return;
      this.#child.kill('SIGKILL');
      await this.#ended;
    } finally {
      ending.delete(this.#child);
      if (ending.size === 0) globalThis.process.off('exit', killEnding);
    }
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

  #readErrors(onLine: (line: string) => void, listener: ChildProcessListener): void {
    const lines = new LineSplitter(MAX_STDERR_LINE, (line) => {
      if (!('text' in line)) return;
      const { text } = line;
      notifyListener(
        () => onLine(text),
        (error) => listener.onStderrFailed(error),
      );
    });
    this.#child.stderr?.on('data', (chunk: Buffer) => lines.push(chunk));
  }
}

/** Programs that are being ended. They share a listener: Node warns of too many. */
const ending = new Set<nodeChildProcess.ChildProcess>();

function killEnding(): void {
  for (const child of ending) child.kill('SIGKILL');
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

/** @throws RondoError `invalid_options` for a command that cannot be started */
export function readCommand(given: ServerCommand): ServerCommand {
  const command = readOptions(COMMAND, given);
  if (command.command !== undefined) return command;
  throw invalidOptions('A server is started by a command: { command, args }.');
}

const ESSENTIAL = [
  'HOME LANG LOGNAME PATH SHELL TERM TMPDIR TZ USER',
  'APPDATA HOMEDRIVE HOMEPATH LOCALAPPDATA PROCESSOR_ARCHITECTURE PROGRAMFILES',
  'SYSTEMDRIVE SYSTEMROOT TEMP USERNAME USERPROFILE',
].flatMap((names) => names.split(' '));

/** Our own environment may contain secrets that are not for the server. */
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
