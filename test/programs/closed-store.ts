/** Opens a store of PostgreSQL, listens to the others, says so, and closes it all when its input ends. */
import { postgresRelay, postgresStore } from 'mcp-rondo/postgres';

const store = await postgresStore({ connectionString: process.argv[2]! });
const unsubscribe = await postgresRelay(store).subscribe(() => undefined);
console.log('open');
for await (const _ of process.stdin);
await unsubscribe();
await store.close();
console.log('closed');
