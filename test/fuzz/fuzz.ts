/**
 * Sends a server what good clients would not: mutations of good requests. Each case has a number, which
 * decides all of it. The server must stay up, must answer nothing of 5xx but what is documented, and must
 * send nobody what is another caller's.
 */
import { Chance } from '../support/random-flows/chance.ts';
import { call } from '../support/messages.ts';
import { mutate } from './mutate.ts';
import { type RawRequest, messageIn, statusOf, write } from './raw-request.ts';
import { goodRequests, rawRequest } from './samples.ts';
import { SECRETS, startTarget } from './target.ts';

export interface FuzzOptions {
  readonly seed: number;
  /** Numbers of cases; it ends with them. */
  readonly numbers: Iterable<number>;
  /** Called with the number of a case whose answer was unlike any before. */
  readonly onNew?: (number: number, answer: string) => void;
}

export interface FuzzReport {
  readonly sent: number;
  /** How many answers there were that are unlike each other. */
  readonly answers: number;
  /** What must not be; empty if all is well. */
  readonly wrong: readonly string[];
}

const AT_ONCE = 8;

export async function fuzz({ seed, numbers, onNew }: FuzzOptions): Promise<FuzzReport> {
  const target = await startTarget();
  const { port } = target;
  const samples = await goodRequests(port, 'ada');
  const answers = new Set<string>();
  const wrong: string[] = [];
  let sent = 0;
  const play = async (number: number): Promise<void> => {
    const chance = new Chance(`${seed}:${number}`);
    const caller = chance.pick(['bob', 'bob', 'ada', 'nobody']);
    const request = mutate(samples, caller, chance);
    const response = await write(port, request);
    sent++;
    for (const problem of problemsOf(response, caller)) wrong.push(told(number, problem, request));
    const answer = signature(response);
    if (answers.has(answer)) return;
    answers.add(answer);
    onNew?.(number, answer);
  };
  try {
    await inParallel(numbers, play);
    if (!(await isAlive(port))) wrong.push('the server does not answer any more');
  } finally {
    await target.close();
  }
  return { sent, answers: answers.size, wrong };
}

function problemsOf(response: string, caller: string): string[] {
  const status = statusOf(response);
  const others = Object.entries(SECRETS).filter(([subject]) => subject !== caller);
  const leaks = others.filter(([, secret]) => response.includes(secret));
  const isBusy = status === 503 && /^retry-after: /im.test(response);
  return [
    ...(status >= 500 && !isBusy ? [`answered ${status}`] : []),
    ...leaks.map(([subject]) => `sent what is ${subject}'s to ${caller}`),
  ];
}

function told(number: number, problem: string, request: RawRequest): string {
  return `case ${number}: ${problem}: ${JSON.stringify(request).slice(0, 2_000)}`;
}

/** What errors repeat of a request. */
const REPEATED = /(?<=^(?:Method not found|Unknown \w+)).*/s;

/** What an answer is like, without what is different in each: numbers, and what is the request's. */
function signature(response: string): string {
  const message = messageIn(response);
  const { code, message: text = '' } = (message?.['error'] ?? {}) as {
    code?: number;
    message?: string;
  };
  const kind = message === undefined ? '' : Object.keys(message['result'] ?? {}).join();
  return [
    statusOf(response),
    code,
    text.replace(REPEATED, '').replaceAll(/\d+/g, '0').slice(0, 40),
    kind,
  ].join(' ');
}

async function isAlive(port: number): Promise<boolean> {
  const response = await write(port, rawRequest(call('vault'), 'ada'));
  return response.includes(SECRETS['ada']!);
}

async function inParallel<T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const rest = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = rest.next(); next.done !== true; next = rest.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
