/** Every official client that speaks an earlier revision, over HTTP and over stdio. */
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll } from 'vitest';
import { serve } from '../../../src/http/node/serve.ts';
import { generateKey } from '../../../src/index.ts';
import { interopServer } from '../../programs/interop/server.ts';
import { built } from '../program.ts';
import { FirstSdkPeer } from './first-sdk-peer.ts';
import type { OldPeer } from './peer.ts';
import { OLD_SDKS, loadSdk } from './sdks.ts';
import { SecondSdkPeer } from './second-sdk-peer.ts';

/** A client that is yet to be connected. */
export interface OldPeerCase {
  readonly name: string;
  /** Whether it can be asked for forms. */
  readonly isAsked: boolean;
  /** Whether it begins with `initialize`. */
  readonly isOld: boolean;
  /** What it is to agree on. */
  readonly revision: string;
  connect(): Promise<OldPeer>;
}

const REVISIONS: Readonly<Record<string, string>> = {
  '1.12.3': '2025-03-26',
  '1.17.5': '2025-06-18',
  '1.22.0': '2025-06-18',
  '1.25.3': '2025-11-25',
  '1.32.2': '2025-11-25',
};

/** For a test file: all clients, at one server over HTTP, and at processes of their own over stdio. */
export function oldPeers(): readonly OldPeerCase[] {
  let url: URL;
  let serving: Awaited<ReturnType<typeof serve>>;
  beforeAll(async () => {
    const server = interopServer({ state: { keys: [generateKey()] } });
    serving = await serve(server, { port: 0, signals: false, grace: 1_000 });
    url = new URL(serving.url);
  });
  afterAll(() => serving.close());
  return [...OLD_SDKS.flatMap((version) => firstSdk(version, () => url)), ...secondSdk(() => url)];
}

function firstSdk(version: string, url: () => URL): OldPeerCase[] {
  const isAsked = version !== '1.12.3';
  const facts = { isAsked, isOld: true, revision: REVISIONS[version]! };
  return [
    {
      ...facts,
      name: `sdk ${version} over HTTP`,
      connect: async () => {
        const sdk = await loadSdk(version);
        const transport = new sdk.StreamableHTTPClientTransport(url());
        return new FirstSdkPeer(sdk).connect(transport as never);
      },
    },
    {
      ...facts,
      name: `sdk ${version} over stdio`,
      connect: async () => {
        const sdk = await loadSdk(version);
        return new FirstSdkPeer(sdk).connect(new sdk.StdioClientTransport(childProcess()));
      },
    },
  ];
}

function secondSdk(url: () => URL): OldPeerCase[] {
  return (['legacy', 'auto'] as const).flatMap((mode) => {
    const isOld = mode === 'legacy';
    const facts = { isAsked: true, isOld, revision: isOld ? '2025-11-25' : '2026-07-28' };
    return [
      {
        ...facts,
        name: `client 2.4.0 (${mode}) over HTTP`,
        connect: () => new SecondSdkPeer(mode).connect(new StreamableHTTPClientTransport(url())),
      },
      {
        ...facts,
        name: `client 2.4.0 (${mode}) over stdio`,
        connect: () => new SecondSdkPeer(mode).connect(new StdioClientTransport(childProcess())),
      },
    ];
  });
}

/** The same server in a child process. */
function childProcess(): ConstructorParameters<typeof StdioClientTransport>[0] {
  const args = [built('test/programs/interop/stdio.ts')];
  return { command: process.execPath, args, env: { RONDO_STATE_KEYS: generateKey() } };
}
