/**
 * Calls each server it is given, says what came of it, and has nothing left to wait for. Arguments:
 * `fetch` or `node:http`, the timeout of a call in ms, and the URLs.
 */
import { Client } from 'mcp-rondo/client';

const [http, timeout, ...urls] = process.argv.slice(2);
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

for (const url of urls) {
  const client = new Client(url, {
    name: 'patient',
    version: '1.0.0',
    legacy: 'never',
    timeout: Number(timeout),
    logger: quiet,
    http: http === 'fetch' ? { fetch } : {},
    onElicit: () => ({ action: 'accept', content: {} }),
  });
  await client.listTools().catch(() => {});
  const call = client.callTool('t', {}, { onProgress: () => {} });
  const code: unknown = await call.then(
    () => 'none',
    (error: { code?: unknown }) => error.code ?? 'none',
  );
  console.log(String(code));
}
console.log('Done.');
