/** Measures every server with every case, round after round. */
import type { Case } from './cases.ts';
import { Contender } from './contender.ts';
import { Generator } from './generator.ts';
import type { Options } from './options.ts';
import { PEERS } from './peers.ts';

type OnProgress = (text: string) => void;

/**
 * @param onProgress told what is being done
 * @returns a contender for each case and server, in order
 */
export async function measureAll(
  options: Options,
  onProgress: OnProgress,
): Promise<readonly Contender[]> {
  const generator = new Generator();
  const all: Contender[] = [];
  try {
    for (const measured of options.cases) {
      const contenders = PEERS.map((peer) => new Contender(measured, peer, generator));
      all.push(...contenders);
      await measureCase(measured, contenders, options, onProgress);
    }
  } finally {
    generator.close();
  }
  return all;
}

/**
 * The servers of one case run side by side, and one at a time has something to do. What slows the
 * machine down slows all of them down, and none waits long enough for its heap to shrink: after half
 * a minute the slower peers begin as cold as at their start.
 */
async function measureCase(
  { name }: Case,
  contenders: readonly Contender[],
  { rounds, seconds, connections }: Options,
  onProgress: OnProgress,
): Promise<void> {
  try {
    for (const contender of contenders) {
      onProgress(`${name}: warming up ${contender.peer}`);
      await contender.begin(connections, contenders[0]!.played);
    }
    for (let round = 1; round <= rounds; round++) {
      for (const contender of contenders) {
        onProgress(`${name}: round ${round} of ${rounds}, ${contender.peer}`);
        await contender.sample(seconds);
      }
    }
  } finally {
    await Promise.all(contenders.map((contender) => contender.end()));
  }
}
