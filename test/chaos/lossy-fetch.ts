/** A `fetch` that loses replies, leaves while it waits, and sends what it sends twice. */
import type { Chance } from '../support/random-flows/chance.ts';
import type { Counts } from './counts.ts';

type Fetch = typeof globalThis.fetch;

/** How long a client waits before it leaves, or sends something again, in ms at most. */
const LONGEST = 40;

export interface LossyFetch {
  readonly fetch: Fetch;
  /** Resolves once nothing that it has sent is under way. */
  settled(): Promise<void>;
}

export function lossyFetch(chance: Chance, counts: Counts): LossyFetch {
  const late = new Set<Promise<unknown>>();
  const kinds: Record<string, Fetch> = {
    'reply dropped': async (...request) => {
      await (await fetch(...request)).arrayBuffer();
      throw new TypeError('the reply was dropped');
    },
    'client left, and came back': (url, init) =>
      fetch(url, { ...init, signal: AbortSignal.timeout(chance.below(LONGEST)) }),
    'sent twice at once': async (...request) => {
      const both = await Promise.allSettled([fetch(...request), fetch(...request)]);
      const [first, second] = chance.oneIn(2) ? both : both.toReversed();
      if (second!.status === 'fulfilled') await second!.value.arrayBuffer();
      if (first!.status === 'rejected') throw first!.reason;
      return first!.value;
    },
    'sent again later': async (...request) => {
      const response = await fetch(...request);
      const again = pause(chance.below(LONGEST)).then(() => drained(request));
      late.add(again);
      void again.finally(() => late.delete(again));
      return response;
    },
  };
  return {
    fetch: (...request) => {
      if (!chance.oneIn(5)) return fetch(...request);
      const kind = chance.pick(Object.keys(kinds));
      counts.add(kind);
      return kinds[kind]!(...request);
    },
    settled: async () => void (await Promise.all(late)),
  };
}

async function drained(request: Parameters<Fetch>): Promise<void> {
  await fetch(...request).then(
    (response) => response.arrayBuffer(),
    () => undefined,
  );
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
