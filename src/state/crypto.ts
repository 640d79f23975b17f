import type * as nodeCrypto from 'node:crypto';
import { RondoError } from '../base/errors.ts';

export type NodeCrypto = typeof nodeCrypto;

let loaded: NodeCrypto | undefined;

/**
 * `node:crypto`, loaded at its first use, so that bundles for browsers do not contain it. Node,
 * Bun, Deno and Workers have it.
 *
 * @throws RondoError `crypto_unavailable`
 */
export function crypto(): NodeCrypto {
  loaded ??= globalThis.process?.getBuiltinModule?.('node:crypto');
  if (loaded !== undefined) return loaded;
  throw new RondoError(
    'crypto_unavailable',
    `Request state is sealed with node:crypto, which this runtime lacks. ${advice()}`,
  );
}

/** What Vercel's edge runtime has, and no other. */
declare const EdgeRuntime: string | undefined;

/** What to do, by the globals by which runtimes can be recognised. */
function advice(): string {
  if (typeof EdgeRuntime === 'string') {
    return "Serve it from a Node.js function instead: export const runtime = 'nodejs'.";
  }
  if (globalThis.navigator?.userAgent === 'Cloudflare-Workers') {
    return 'Switch on the nodejs_compat flag.';
  }
  return 'Node, Bun and Deno have it, and Workers with the nodejs_compat flag.';
}

const POOL_SIZE = 4096;
let pool = new Uint8Array(0);
let used = POOL_SIZE;

/** Random bytes, fetched from the system in larger pieces: one system call costs 2 microseconds. */
export function randomBytes(size: number): Uint8Array {
  if (used + size > POOL_SIZE) {
    pool = crypto().randomFillSync(new Uint8Array(POOL_SIZE));
    used = 0;
  }
  const bytes = pool.slice(used, used + size);
  pool.fill(0, used, used + size);
  used += size;
  return bytes;
}

/** SHA-256 as base64url, 43 characters. */
export function sha256(text: string): string {
  const { hash, createHash } = crypto();
  // The one-shot form costs half. Node has it since 20.12; some other runtimes do not.
  if (typeof hash === 'function') return hash('sha256', text, 'base64url');
  return createHash('sha256').update(text).digest('base64url');
}
