/** What a login needs of its caller. */
import type { Asking } from '../fetching/asking.ts';
import type { Identity } from '../grants/identity.ts';
import type { AuthStore } from '../stores/auth-store.ts';

/** A client that an authorization server knows already. */
export interface GivenClient extends Identity {
  /** Whose client it is: to no other issuer is anything of it sent. */
  readonly issuer: string;
}

/** What a person should see of a login, beside its URL. */
export interface LoginContext {
  /** Aborts when no request waits for the login any more. */
  readonly signal: AbortSignal;
  /** Who issues the tokens. */
  readonly issuer: string;
  readonly resource: string;
  readonly scopes: readonly string[];
  /** What is worth showing of the URL, in English; empty for nothing. */
  readonly warnings: readonly string[];
}

/** Sends a person to a URL, and resolves with the URL that the browser came back with. */
export type Redirect = (url: string, context: LoginContext) => string | Promise<string>;

/** What a person enters on another device. */
export interface DeviceCode {
  /** The page to open, on any device. */
  readonly url: string;
  readonly code: string;
  /** Who issues the tokens. */
  readonly issuer: string;
}

/** How a client gets tokens by a person's login. */
export interface OAuthOptions extends Asking {
  /**
   * Opens the URL in a browser and resolves with the URL that the browser came back with; the client's
   * deadlines do not count meanwhile. `defer`: calls fail with {@link LoginRequiredError}, and
   * `finish` goes on, in any process that has the store.
   */
  readonly redirect: Redirect | 'defer';
  /**
   * Where the authorization server sends the browser back to. A function gets what the client is
   * registered with, if it is, so that it can be used again.
   */
  readonly redirectUri: string | ((registered: string | undefined) => string | Promise<string>);
  /**
   * Shows a code to enter on another device (RFC 8628), instead of `redirect`. Where the server does not
   * offer that, a login fails. Default: none.
   */
  readonly onDeviceCode?: (code: DeviceCode) => void;
  /** Names the browser session that has to come back. With `defer` only, and needed there. Default: none. */
  readonly session?: string;
  /** Default: in memory. One person's. */
  readonly store?: AuthStore;
  /** A client that is registered already. Default: see `clientMetadataUrl`. */
  readonly client?: GivenClient;
  /**
   * Where the client's metadata document is published: its URL is the client id, where the server
   * knows that. Default, and elsewhere: the client is registered.
   */
  readonly clientMetadataUrl?: string;
  /** The name to register, for people. Default `MCP client`. */
  readonly clientName?: string;
  /**
   * Asks instead of Node's sockets. Then, and on other runtimes than Node, only names and addresses in
   * URLs are judged, and not what names resolve to. Default: Node's sockets, else the global `fetch`.
   */
  readonly fetch?: typeof globalThis.fetch;
  /** Hosts of metadata and authorization servers that may be in a private network. Default: none. */
  readonly allowHosts?: readonly string[];
}
