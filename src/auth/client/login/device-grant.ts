/** Gets tokens by a code that a person enters on another device (RFC 8628). */
import { pause } from '../../../base/timing/pause.ts';
import type { Discovered } from '../discovery/target.ts';
import { AuthorizationError } from '../failures/authorization-error.ts';
import { shownWithoutSecrets } from '../failures/shown-without-secrets.ts';
import { reachableUrl } from '../fetching/reach.ts';
import type { Identity } from '../grants/identity.ts';
import { clientAuth } from '../grants/client-identity.ts';
import type { Grant, GrantRequest } from '../grants/grant.ts';
import { withOffline } from '../grants/scopes.ts';
import { type Granted, requestTokens } from '../grants/token-endpoint.ts';
import { atStep } from '../library/library-error.ts';
import {
  type DeviceAuthorizationResponse,
  libraryOptions,
  loadOAuth,
} from '../library/load-oauth.ts';
import type { KeptTokens, Records } from '../stores/records.ts';
import { KnownClients } from './known-clients.ts';
import type { DeviceCode, OAuthOptions } from './login-options.ts';

const STEP = 'the login by a code';

/** Between two questions, in s, whatever the server says. */
const SHORTEST_INTERVAL = 1;
const LONGEST_INTERVAL = 60;

/** How long a code is asked for, in s, whatever the server says. */
const LONGEST_LIFE = 1_800;

export class DeviceGrant implements Grant {
  readonly pinned: string | undefined;
  readonly #clients: KnownClients;
  readonly #show: (code: DeviceCode) => void;

  constructor(options: OAuthOptions, records: Records, show: (code: DeviceCode) => void) {
    this.pinned = options.client?.issuer;
    this.#clients = new KnownClients(options, records);
    this.#show = show;
  }

  obtain(request: GrantRequest): Promise<Granted> {
    return this.#clients.using(request.found, (client) => this.#logIn(request, client));
  }

  async #logIn(request: GrantRequest, client: Identity): Promise<Granted> {
    const { found } = request;
    const device = await this.#begin(request, client);
    const url = reachableUrl(device.verification_uri, found.fetch.reach, STEP).href;
    this.#show({
      url,
      code: shownWithoutSecrets(device.user_code, []),
      issuer: found.server.issuer,
    });
    return request.withoutDeadline(() => this.#ask(request, client, device));
  }

  identity(found: Discovered, tokens: KeptTokens): Promise<Identity | undefined> {
    return this.#clients.ofTokens(found, tokens);
  }

  forgetClient(issuer: string): Promise<void> {
    return this.#clients.forget(issuer);
  }

  async #begin(
    { found, scopes: wanted }: GrantRequest,
    identity: Identity,
  ): Promise<DeviceAuthorizationResponse> {
    const { server, fetch, resource } = found;
    if (server.device_authorization_endpoint === undefined) {
      throw new AuthorizationError(STEP, 'the server does not offer that');
    }
    const oauth = await loadOAuth();
    const { client_id, client_secret } = identity;
    const { scopes } = withOffline(wanted, server);
    const parameters = { resource, ...(scopes.length > 0 && { scope: scopes.join(' ') }) };
    const sent = [client_secret];
    return atStep(STEP, oauth, sent, async () => {
      const auth = clientAuth(oauth, server, identity, (secret) => sent.push(secret));
      const options = libraryOptions(oauth, fetch.forLibrary(STEP));
      const client = { client_id };
      const response = await oauth.deviceAuthorizationRequest(
        server,
        client,
        auth,
        parameters,
        options,
      );
      return oauth.processDeviceAuthorizationResponse(server, client, response);
    });
  }

  /** Asks until the person has entered the code. */
  async #ask(
    { found, signal }: GrantRequest,
    client: Identity,
    { device_code, expires_in, interval = 5 }: DeviceAuthorizationResponse,
  ): Promise<Granted> {
    const until = performance.now() + Math.min(expires_in, LONGEST_LIFE) * 1_000;
    for (let seconds = Math.max(interval, SHORTEST_INTERVAL); performance.now() < until;) {
      await pause(Math.min(seconds, LONGEST_INTERVAL) * 1_000, signal);
      signal.throwIfAborted();
      try {
        return await poll(found, client, device_code);
      } catch (error) {
        const reason = error instanceof AuthorizationError ? error.reason : undefined;
        if (reason === 'slow_down') seconds += 5;
        else if (reason !== 'authorization_pending') throw error;
      }
    }
    throw new AuthorizationError(STEP, 'the code has expired');
  }
}

function poll(found: Discovered, client: Identity, code: string): Promise<Granted> {
  return requestTokens(STEP, found, client, [code], (request) =>
    request.oauth.deviceCodeGrantRequest(
      request.server,
      request.client,
      request.auth,
      code,
      request.options,
    ),
  );
}
