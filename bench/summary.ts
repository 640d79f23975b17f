/** The figures of a run, as `--json` prints them and the table shows them. */
import { availableParallelism, cpus, loadavg } from 'node:os';
import type { CaseName } from './cases.ts';
import type { ClientLine } from './client-flows.ts';
import type { Contender, Sample } from './contender.ts';
import type { Options } from './options.ts';
import { PEERS, type PeerName, titleOf } from './peers.ts';
import { median, medianRatio, spread } from './stats.ts';

export interface Machine {
  readonly node: string;
  readonly cpu: string;
  readonly cores: number;
  /** Processes that wanted to run in the last minute, before this one began. */
  readonly loadBefore: number;
}

export interface Line {
  readonly case: CaseName;
  readonly server: PeerName;
  readonly requestsPerSecond: number;
  readonly spread: number;
  /** Requests per second, a figure a round. */
  readonly rounds: readonly number[];
  /** How many times the requests of this server Rondo serves. */
  readonly rondoOverThis: number | undefined;
  readonly thisOverBare: number | undefined;
  /** Microseconds of processor time the server used for one request. */
  readonly cpuPerRequest: number;
  /** Characters of `requestState`. */
  readonly stateLength: number;
  /** The least part of the time the generator waited for this server. */
  readonly generatorIdle: number;
  /** How much of one processor the server had, in the round in which it had least. */
  readonly serverShare: number;
}

export interface FailedLine {
  readonly case: CaseName;
  readonly server: PeerName;
  readonly failure: string;
}

export interface Summary {
  readonly servers: Readonly<Record<string, string>>;
  readonly machine: Machine;
  readonly options: Pick<Options, 'connections' | 'rounds' | 'seconds'>;
  readonly lines: readonly (Line | FailedLine)[];
  readonly clientFlows: readonly ClientLine[];
}

export function thisMachine(): Machine {
  return {
    node: process.version,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    loadBefore: loadavg()[0]!,
  };
}

export function summarise(
  contenders: readonly Contender[],
  clientFlows: readonly ClientLine[],
  options: Options,
  machine: Machine,
): Summary {
  const { connections, rounds, seconds } = options;
  return {
    servers: Object.fromEntries(PEERS.map((peer) => [peer, titleOf(peer)])),
    machine,
    options: { connections, rounds, seconds },
    lines: contenders.map((one) => lineOf(one, contenders)),
    clientFlows,
  };
}

function lineOf(contender: Contender, contenders: readonly Contender[]): Line | FailedLine {
  const { measured, peer, samples, failure, played } = contender;
  if (failure !== undefined) return { case: measured.name, server: peer, failure };
  const ofCase = contenders.filter((one) => one.measured === measured && one.failure === undefined);
  const ratesOf = (name: PeerName): readonly number[] | undefined =>
    ofCase.find((one) => one.peer === name)?.samples.map(rateOf);
  const rates = samples.map(rateOf);
  const rondo = ratesOf('rondo');
  const bare = ratesOf('bare');
  return {
    case: measured.name,
    server: peer,
    requestsPerSecond: median(rates),
    spread: spread(rates),
    rounds: rates,
    rondoOverThis: rondo && medianRatio(rondo, rates),
    thisOverBare: bare && medianRatio(rates, bare),
    cpuPerRequest: median(samples.map(({ cpu, requests }) => (cpu * 1000) / requests)),
    stateLength: peer === 'bare' ? 0 : played!.stateLength,
    generatorIdle: Math.min(...samples.map(({ idle }) => idle)),
    serverShare: Math.min(...samples.map(({ share }) => share)),
  };
}

function rateOf({ requests, milliseconds }: Sample): number {
  return (requests / milliseconds) * 1000;
}
