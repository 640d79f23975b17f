/** An issuer of tokens on this machine: its metadata, its keys, and what it says of tokens. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as jose from 'jose';

export const RESOURCE = 'https://mcp.example.com/mcp';

interface Override {
  readonly status: number;
  readonly body: string;
  readonly headers?: Record<string, string>;
}

export interface Issuer {
  readonly url: string;
  /** The paths that were asked for. */
  readonly asked: string[];
  /** Bodies of requests for introspection. */
  readonly introspected: string[];
  /** Headers of requests for introspection. */
  readonly credentials: (string | undefined)[];
  /** Answers instead of the issuer, by path; `undefined` to go on. */
  override: (path: string) => Override | undefined;
  /** What it says of a token. */
  introspect: (token: string) => object;
  /** An access token with these claims, beside those that every token has. */
  token(claims?: object, header?: object): Promise<string>;
  /** What it has signed, whatever the header says. */
  signed(header: object, claims: object): Promise<string>;
  /** Signs with another key from now on, which is published; the old one is not any more. */
  rotate(kid: string): Promise<void>;
  readonly publicKey: jose.JWK;
  close(): void;
}

export function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}

export async function openIssuer(): Promise<Issuer> {
  const asked: string[] = [];
  const introspected: string[] = [];
  const credentials: (string | undefined)[] = [];
  let keys = await makeKeys('first');
  const http = createServer(async (request, response) => {
    const path = request.url!;
    asked.push(path);
    const given = issuer.override(path);
    if (given !== undefined) return response.writeHead(given.status, given.headers).end(given.body);
    if (path === '/.well-known/oauth-authorization-server') {
      return response.end(JSON.stringify(metadataOf(issuer.url)));
    }
    if (path === '/keys') return response.end(JSON.stringify({ keys: [keys.jwk] }));
    if (path !== '/introspect') return response.writeHead(404).end();
    let body = '';
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    introspected.push(body);
    credentials.push(request.headers.authorization);
    const token = new URLSearchParams(body).get('token')!;
    return response.end(JSON.stringify(issuer.introspect(token)));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => http.once('listening', resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const issuer: Issuer = {
    url,
    asked,
    introspected,
    credentials,
    override: () => undefined,
    introspect: () => ({ active: false }),
    token: (claims, header) =>
      sign(keys.privateKey, { iss: url, ...claims }, { kid: keys.kid, ...header }),
    signed: (header, claims) => signRaw(keys.privateKey, header, claims),
    rotate: async (kid) => void (keys = await makeKeys(kid)),
    get publicKey() {
      return keys.jwk;
    },
    close: () => http.close().closeAllConnections(),
  };
  return issuer;
}

/** `undefined` removes a claim. */
function sign(key: jose.CryptoKey, claims: object, header: object): Promise<string> {
  const payload = { sub: 'ada', aud: RESOURCE, client_id: 'desk', exp: inSeconds(300), ...claims };
  return new jose.SignJWT(JSON.parse(JSON.stringify(payload)) as jose.JWTPayload)
    .setProtectedHeader(JSON.parse(JSON.stringify({ alg: 'ES256', typ: 'at+jwt', ...header })))
    .sign(key);
}

async function signRaw(key: jose.CryptoKey, header: object, claims: object): Promise<string> {
  const parts = [header, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const how = { name: 'ECDSA', hash: 'SHA-256' };
  const signature = await crypto.subtle.sign(how, key, Buffer.from(parts.join('.')));
  return [...parts, Buffer.from(signature).toString('base64url')].join('.');
}

interface Keys {
  readonly kid: string;
  readonly privateKey: jose.CryptoKey;
  readonly jwk: jose.JWK;
}

async function makeKeys(kid: string): Promise<Keys> {
  const { privateKey, publicKey } = await jose.generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await jose.exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' };
  return { kid, privateKey, jwk };
}

function metadataOf(issuer: string): object {
  return {
    issuer,
    jwks_uri: `${issuer}/keys`,
    introspection_endpoint: `${issuer}/introspect`,
    response_types_supported: ['code'],
  };
}
