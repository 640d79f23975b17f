/** What telemetry adds, without a provider that is registered, and with providers that keep nothing. */
import { comparePlainCalls, compareRounds } from './added.ts';

const ways = [
  { name: 'none' },
  { name: 'telemetry, no provider' },
  { name: 'telemetry, providers' },
];

await comparePlainCalls(ways);
await compareRounds(ways);
