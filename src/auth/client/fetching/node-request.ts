/** Asks with `node:http`, whose lookup we see: the address that is judged is the one connected to. */
import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { proxyOptions } from '../../../base/environment-proxies.ts';
import type { Asked, Request } from './request.ts';

/** Only where Node's modules are, and no proxy is to be used: what it connects to cannot be seen. */
export function isNodeUsable(): boolean {
  const { versions = {} } = globalThis.process ?? {};
  if (!('node' in versions) || 'bun' in versions || 'deno' in versions) return false;
  const http = globalThis.process.getBuiltinModule?.('node:http');
  return http !== undefined && proxyOptions(http).proxyEnv === undefined;
}

/** @param isAllowed judges an address */
export function nodeRequest(
  { url, method, headers, body, signal, maxBytes }: Request,
  isAllowed: (address: string) => boolean,
): Promise<Asked> {
  const name = url.protocol === 'https:' ? 'node:https' : 'node:http';
  const http = globalThis.process.getBuiltinModule(name) as typeof import('node:http');
  return new Promise((resolve, reject) => {
    const request = http.request(url, {
      method,
      headers,
      signal,
      agent: false,
      lookup: judgingLookup(isAllowed),
    });
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Uint8Array[] = [];
      let size = 0;
      response.on('error', reject);
      response.on('data', (chunk: Uint8Array) => {
        chunks.push(chunk);
        size += chunk.byteLength;
        if (size > maxBytes) request.destroy(new RangeError('it is too large'));
      });
      response.on('end', () => {
        const text = new TextDecoder().decode(joined(chunks, size));
        resolve({ status: response.statusCode!, text });
      });
    });
    request.end(body);
  });
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}

function judgingLookup(isAllowed: (address: string) => boolean): LookupFunction {
  const dns = globalThis.process.getBuiltinModule('node:dns');
  return (host, options, callback) => {
    dns.lookup(host, { ...options, all: true }, (error, found: LookupAddress[]) => {
      if (error !== null) return callback(error, '', 0);
      const allowed = found.filter(({ address }) => isAllowed(address));
      const [first] = allowed;
      if (first === undefined) return callback(new Error('it is inside a network'), '', 0);
      return options.all
        ? (callback as unknown as (e: null, all: LookupAddress[]) => void)(null, allowed)
        : callback(null, first.address, first.family);
    });
  };
}
