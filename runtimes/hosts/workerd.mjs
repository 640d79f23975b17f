/** Runs worker.mjs on workerd, as Cloudflare Workers do. */
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { Miniflare } from 'miniflare';

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL('worker.mjs', import.meta.url))],
  bundle: true,
  write: false,
  format: 'esm',
  conditions: ['workerd', 'worker'],
  external: ['node:*'],
});
const flare = new Miniflare({
  modules: true,
  script: outputFiles[0].text,
  compatibilityDate: '2026-01-01',
  compatibilityFlags: ['nodejs_compat', 'enable_request_signal'],
  bindings: { STATE_KEY: process.env.RONDO_STATE_KEYS },
});
console.log(`at ${new URL('/mcp', await flare.ready)}`);
process.on('SIGTERM', () => void flare.dispose().then(() => process.exit(0)));
