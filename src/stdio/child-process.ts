import type * as nodeChildProcess from 'node:child_process';
import { RondoError } from '../base/errors.ts';
import { notifyListener } from '../base/listener.ts';
import { type Line, LineSplitter } from './lines.ts';
import type { ServerCommand } from './server-command.ts';
import type { Spawn } from './spawn.ts';
import { startProblem } from './start-problem.ts';

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

  /**
   * @param maxLineBytes longest message, in bytes
   * @throws RondoError `transport_failed` for a command that cannot even be tried
   */
  constructor(
    spawn: Spawn,
    server: ServerCommand,
    maxLineBytes: number,
    listener: ChildProcessListener,
  ) {
    const { stderr = 'inherit' } = server;
    this.#child = started(spawn, server, {
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
      this.#child.once('error', (error) => end(`could not be run: ${startProblem(error, server)}`));
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

const ESSENTIAL = [
  'HOME LANG LOGNAME PATH SHELL TERM TMPDIR TZ USER',
  'APPDATA COMSPEC HOMEDRIVE HOMEPATH LOCALAPPDATA PATHEXT PROCESSOR_ARCHITECTURE PROGRAMFILES',
  'SYSTEMDRIVE SYSTEMROOT TEMP USERNAME USERPROFILE',
].flatMap((names) => names.split(' '));

/** Our own environment may contain secrets that are not for the server. */
function essentialEnvironment(): Record<string, string> {
  const entries = ESSENTIAL.map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as never;
}

function started(
  spawn: Spawn,
  server: ServerCommand,
  options: nodeChildProcess.SpawnOptions,
): nodeChildProcess.ChildProcess {
  try {
    return spawn(server.command, server.args ?? [], options);
  } catch (error) {
    const why = `The server could not be run: ${startProblem(error, server)}.`;
    throw new RondoError('transport_failed', why, { cause: error });
  }
}
