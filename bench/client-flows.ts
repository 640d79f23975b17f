/** Clients driving flows of three rounds: over HTTP against the same server, and in one process. */
import { ServerProcess } from './server-process.ts';
import { median, medianRatio } from './stats.ts';

export interface ClientLine {
  readonly where: 'over HTTP' | 'in one process';
  readonly client: 'rondo' | 'official';
  readonly flowsPerSecond: number;
  /** Microseconds of processor time that the client's process used for one flow. */
  readonly cpuPerFlow: number;
  readonly rondoOverThis: number;
}

interface Sample {
  readonly rate: number;
  readonly cpu: number;
}

/** A flow of three rounds asks twice. */
const QUESTIONS = '2';
const CLIENTS = ['rondo', 'official'] as const;
const WARM_UP_SECONDS = 3;

/** @param onProgress told what is being done */
export async function measureClientFlows(
  options: { readonly rounds: number; readonly seconds: number },
  onProgress: (text: string) => void,
): Promise<readonly ClientLine[]> {
  const server = await ServerProcess.start('rondo', [QUESTIONS]);
  try {
    const url = `http://127.0.0.1:${server.port}/mcp`;
    const overHttp = await compare('over HTTP', [url], options, onProgress);
    return [...overHttp, ...(await compare('in one process', [], options, onProgress))];
  } finally {
    await server.stop();
  }
}

async function compare(
  where: ClientLine['where'],
  args: readonly string[],
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
  onProgress: (text: string) => void,
): Promise<readonly ClientLine[]> {
  const processes: ServerProcess[] = [];
  const samples: Sample[][] = CLIENTS.map(() => []);
  try {
    for (const client of CLIENTS) {
      onProgress(`flows ${where}: warming up ${client}`);
      const started = await ServerProcess.start(`../clients/${client}`, [QUESTIONS, ...args]);
      processes.push(started);
      await started.flowRate(WARM_UP_SECONDS);
    }
    for (let round = 1; round <= rounds; round++) {
      for (const [i, client] of CLIENTS.entries()) {
        onProgress(`flows ${where}: round ${round} of ${rounds}, ${client}`);
        samples[i]!.push(await sample(processes[i]!, seconds));
      }
    }
  } finally {
    await Promise.all(processes.map((each) => each.stop()));
  }
  return CLIENTS.map((client, i) => lineOf(where, client, samples[i]!, samples[0]!));
}

async function sample(process: ServerProcess, seconds: number): Promise<Sample> {
  const before = await process.cpuTime();
  const rate = await process.flowRate(seconds);
  return { rate, cpu: ((await process.cpuTime()) - before) / seconds };
}

function lineOf(
  where: ClientLine['where'],
  client: ClientLine['client'],
  samples: readonly Sample[],
  rondo: readonly Sample[],
): ClientLine {
  const rates = samples.map(({ rate }) => rate);
  return {
    where,
    client,
    flowsPerSecond: median(rates),
    cpuPerFlow: median(samples.map(({ cpu, rate }) => (cpu * 1000) / rate)),
    rondoOverThis: medianRatio(
      rondo.map(({ rate }) => rate),
      rates,
    ),
  };
}
