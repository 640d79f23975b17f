/** Builds and starts next/, whose route handler runs in the Node runtime. */
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import next from 'next';

const dir = fileURLToPath(new URL('next', import.meta.url));
const app = next({ dev: true, dir });
await app.prepare();
const listening = createServer(app.getRequestHandler());
listening.listen(0, '127.0.0.1', () =>
  console.log(`at http://127.0.0.1:${listening.address().port}/mcp`),
);
