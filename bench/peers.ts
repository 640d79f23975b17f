import { readFileSync } from 'node:fs';

export type PeerName = 'rondo' | 'bare' | 'official' | 'tmcp';

/** In the order they take their turns: Rondo first, since the bare server answers what it did. */
export const PEERS: readonly PeerName[] = ['rondo', 'bare', 'official', 'tmcp'];

const PACKAGES: Readonly<Record<PeerName, string | undefined>> = {
  rondo: '../package.json',
  bare: undefined,
  official: '../node_modules/@modelcontextprotocol/server/package.json',
  tmcp: '../node_modules/tmcp/package.json',
};

/** What is behind a name, with its version. */
export function titleOf(peer: PeerName): string {
  const path = PACKAGES[peer];
  if (path === undefined) return `node:http ${process.version}`;
  const text = readFileSync(new URL(path, import.meta.url), 'utf8');
  const { name, version } = JSON.parse(text) as { name: string; version: string };
  return `${name} ${version}`;
}
