/** What telemetry adds, without a provider that is registered, and with providers that keep nothing. */
import { comparePlainCalls, compareRounds } from './added.ts';

// Providers are those of a process.
for (const name of ['telemetry, no provider', 'telemetry, providers']) {
  const ways = [{ name: 'none' }, { name }];
  await comparePlainCalls(ways);
  await compareRounds(ways);
}
