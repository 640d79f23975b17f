/** What a command needs to use a server: client, answerer, status and signal. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { CallOptions } from '../../client/calls/call-options.ts';
import { Client } from '../../client/client.ts';
import type { Target } from '../../client/target.ts';
import type { QuestionHandlers } from '../../client/flows/handlers.ts';
import { Reported, Unfinished, UsageError } from '../failure.ts';
import { report } from '../report.ts';
import { answersFrom } from '../questions/answers-file.ts';
import { type Answerer, inTurn, nobody } from '../questions/answerer.ts';
import { person, questionStream } from '../questions/terminal/person.ts';
import { passedOn } from '../target/environment.ts';
import { parseHeaders } from '../target/headers.ts';
import { storedLogin } from '../login/stored-login.ts';
import type { HttpClientOptions } from '../../http/client/options.ts';
import type { ServerAddress } from '../target/target.ts';
import { cleanLine } from '../terminal/clean.ts';
import { Status } from '../terminal/status.ts';
import { version } from '../version.ts';
import { Interruptions } from './interruptions.ts';
import { showLog, showProgress, showTask } from './round-lines.ts';

/** The options of every command that connects to a server. */
export interface SessionOptions {
  readonly header?: readonly string[];
  readonly env?: readonly string[];
  /** In seconds. */
  readonly timeout?: number;
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly answers?: string;
  readonly root?: readonly string[];
  readonly allowInsecureUrls?: boolean;
}

export interface Session {
  readonly address: ServerAddress;
  readonly options: SessionOptions;
  readonly client: Client;
  readonly answerer: Answerer;
  /** The roots, which are sent without asking the user. */
  readonly roots: QuestionHandlers['roots'];
  readonly status: Status;
  readonly signal: AbortSignal;
  readonly callOptions: CallOptions;
}

/**
 * Runs `work` with a server. At the end, also after an error, the server is closed and the terminal
 * is reset. An error is printed before that: a program can take seconds to end, and the user may not
 * wait for it.
 *
 * @throws Reported
 */
export async function withSession<T>(
  address: ServerAddress,
  options: SessionOptions,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const interruptions = new Interruptions();
  const status = new Status(process.stderr);
  const session = openSession(address, options, interruptions.signal, status);
  try {
    return await work(session);
  } catch (error) {
    status.end();
    // A cancelled request says only that it was cancelled; the signal's reason says why.
    const why: unknown = error instanceof Unfinished ? error : interruptions.signal.reason;
    throw new Reported(report(why ?? error, options.json), error);
  } finally {
    status.end();
    interruptions.nowEnding();
    await session.client.close();
    interruptions.stop();
  }
}

function openSession(
  address: ServerAddress,
  options: SessionOptions,
  signal: AbortSignal,
  status: Status,
): Session {
  const answerer = chooseAnswerer(options, signal, status);
  const roots = (options.root ?? []).map((root) => ({ uri: pathToFileURL(resolve(root)).href }));
  const session = {
    address,
    options,
    answerer,
    status,
    signal,
    roots: roots.length > 0 ? roots : undefined,
  };
  const callOptions: CallOptions = {
    signal,
    onProgress: (progress) => showProgress(status, progress),
    onTask: (task) => showTask(status, task),
    ...(options.verbose && { onLog: (message) => showLog(status, message), logLevel: 'debug' }),
  };
  return { ...session, callOptions, client: connect(session) };
}

function chooseAnswerer(options: SessionOptions, signal: AbortSignal, status: Status): Answerer {
  const output = questionStream();
  const live = output === undefined ? nobody : person(output, signal, status);
  return options.answers === undefined ? live : inTurn(answersFrom(options.answers, status), live);
}

function connect({
  address,
  options,
  status,
  roots,
}: Omit<Session, 'client' | 'callOptions'>): Client {
  const { timeout } = options;
  const warn = (text: string): void => status.say(`rondo: ${cleanLine(text)}`);
  return new Client(clientTarget(address, options, status), {
    name: 'rondo',
    version,
    http: httpOptions(address, options),
    ...(timeout !== undefined && { timeout: timeout * 1000 }),
    ...(roots && { roots }),
    logger: { debug() {}, info() {}, warn, error: warn },
    // Declares that these can be answered; who answers is up to the flow.
    onElicit: () => ({ action: 'cancel' }),
    onElicitUrl: () => ({ action: 'cancel' }),
  });
}

/** Headers that are given, and the tokens of a login unless one of them is `Authorization`. */
function httpOptions(address: ServerAddress, { header = [] }: SessionOptions): HttpClientOptions {
  const headers = parseHeaders(header);
  const isGiven = Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
  if (!('url' in address) || isGiven || !URL.canParse(address.url)) return { headers };
  const login = storedLogin(new URL(address.url).href);
  return {
    headers: async (request) => ({ ...(await login.headers(request)), ...headers }),
    authorize: login.authorize,
  };
}

/** @throws UsageError for options that are for the other kind of server */
function clientTarget(address: ServerAddress, options: SessionOptions, status: Status): Target {
  const { header, env, verbose } = options;
  if ('url' in address) {
    if (env === undefined || env.length === 0) return address.url;
    throw new UsageError('--env is for servers that are started as a program.');
  }
  if (header !== undefined) throw new UsageError('--header is for servers at a URL.');
  if (!existsSync(address.cwd)) {
    throw new UsageError(
      `The folder that the program ran in is not there any more: ${address.cwd}`,
    );
  }
  const show = (line: string): void => status.say(`server: ${cleanLine(line)}`);
  return { ...address, env: passedOn(env ?? []), stderr: verbose ? show : 'ignore' };
}
