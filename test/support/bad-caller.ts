/** Calls each server it is given, says what came of it, and has nothing left to wait for. */
import { client, failure } from './bad-calls.ts';

const [first, ...urls] = process.argv.slice(2);
const timeout = Number(first);
const onElicit = () => ({ action: 'accept' as const, content: {} });
const logger = { debug() {}, info() {}, warn() {}, error() {} };

for (const url of urls) {
  const one = client(url, { onElicit, logger, timeout });
  await one.listTools().catch(() => {});
  const { code = 'none' } = await failure(one.callTool('t', {}, { onProgress: () => {} }));
  console.log(String(code));
}
console.log('Done.');
