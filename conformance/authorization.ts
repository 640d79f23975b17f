/** How the client under test gets its tokens: a browser that accepts at once, and what it was given. */
import * as jose from 'jose';
import { type GivenClient, clientCredentials, discover, jwtBearer, oauth } from 'mcp-rondo/auth';
import { Client } from 'mcp-rondo/client';

const REDIRECT_URI = 'http://127.0.0.1:9/callback';

/** What the suite gives beside the address, for a client that is registered already. */
interface Given {
  readonly client_id?: string;
  readonly client_secret?: string;
  readonly issuer?: string;
}

/** Calls every tool of a server that asks for a login, twice: once it may have changed its mind. */
export async function logIn(url: string, context: unknown): Promise<void> {
  const { client_id, client_secret, issuer } = context as Given;
  const isGiven = client_id !== undefined && issuer !== undefined;
  const client = new Client(url, {
    name: 'rondo-conformance',
    version: '1.0.0',
    http: oauth({
      redirect: openPage,
      redirectUri: REDIRECT_URI,
      clientMetadataUrl: 'https://conformance-test.local/client-metadata.json',
      ...(isGiven && { client: { issuer, client_id, ...(client_secret && { client_secret }) } }),
    }).http,
  });
  try {
    for (const { name } of await client.listTools()) await client.callTool(name);
    await client.listTools({ cache: 'reload' });
  } finally {
    await client.close();
  }
}

/** The page of the suite redirects at once. */
async function openPage(url: string): Promise<string> {
  const response = await fetch(url, { redirect: 'manual' });
  return response.headers.get('location') ?? '';
}

/** What the suite gives a client that gets its tokens without a person. */
interface Credentials extends Given {
  readonly client_id: string;
  readonly private_key_pem?: string;
  readonly signing_algorithm?: string;
  readonly valid_jwt?: string;
}

/** It gives no issuer: the one of its server is asked for first. */
export async function useCredentials(url: string, context: unknown): Promise<void> {
  const given = context as Credentials;
  const { issuer } = await discover(url);
  const { client_id, client_secret, valid_jwt } = given;
  const http =
    valid_jwt === undefined
      ? clientCredentials({ client: { issuer, client_id, ...(await secretOf(given)) } })
      : jwtBearer({
          issuer,
          client_id,
          ...(client_secret && { client_secret }),
          assertion: () => valid_jwt,
        });
  const client = new Client(url, { name: 'rondo-conformance', version: '1.0.0', http });
  await client.listTools();
  await client.close();
}

async function secretOf(given: Credentials): Promise<Partial<GivenClient>> {
  const { client_secret, private_key_pem, signing_algorithm = 'ES256' } = given;
  if (private_key_pem === undefined) return client_secret === undefined ? {} : { client_secret };
  return { privateKey: { key: await jose.importPKCS8(private_key_pem, signing_algorithm) } };
}
