/** What is kept, and under which keys: by issuer, tokens by issuer and resource (A17). */
import { parseJson } from '../../../base/json/json.ts';
import type { Vicinity } from '../fetching/reach.ts';
import type { AuthStore } from './auth-store.ts';
import { type Members, hasMembers } from './members.ts';

/** Who the client is to an issuer. */
export interface KeptClient {
  readonly client_id: string;
  readonly client_secret?: string;
  readonly token_endpoint_auth_method?: string;
  /** When the secret ends, in ms since the epoch. */
  readonly secretEndsAt?: number;
  readonly redirectUri: string;
}

export interface KeptTokens {
  readonly access: string;
  /** Who they were issued to: nobody else can refresh them. */
  readonly clientId: string;
  readonly refresh?: string;
  /** In ms since the epoch. */
  readonly endsAt?: number;
  readonly obtainedBy: 'grant' | 'refresh';
  readonly obtainedAt: number;
}

/** What has been asked for, for one resource. */
export interface KeptScopes {
  readonly asked: readonly string[];
  /** Asked for, and not granted. */
  readonly denied: readonly string[];
  /** When more was asked for, in ms since the epoch. */
  readonly stepUps: readonly number[];
}

/** What is known of a server: whose tokens it takes. */
export interface KeptTarget {
  readonly issuer: string;
  readonly resource: string;
  readonly vicinity: Vicinity;
}

/** A login that a person is at (A19). */
export interface KeptLogin extends KeptTarget {
  readonly target: string;
  readonly verifier: string;
  readonly state: string;
  readonly redirectUri: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** The browser session that has to come back; empty where the process itself waits. */
  readonly session: string;
  /** In ms since the epoch. */
  readonly until: number;
}

/** Whose deferred login it is. */
export interface PendingKey extends TokenKey {
  readonly session: string;
}

/** Tokens of one issuer for one resource. */
export type TokenKey = Pick<KeptTarget, 'issuer' | 'resource'>;

const CLIENT: Members = {
  client_id: 'text',
  'client_secret?': 'text',
  'token_endpoint_auth_method?': 'text',
  'secretEndsAt?': 'number',
  redirectUri: 'text',
};

const TOKENS: Members = {
  access: 'text',
  clientId: 'text',
  'refresh?': 'text',
  'endsAt?': 'number',
  obtainedAt: 'number',
};

const SCOPES: Members = { asked: 'texts', denied: 'texts', stepUps: 'numbers' };

const TARGET: Members = { issuer: 'text', resource: 'text', vicinity: 'text' };

const LOGIN: Members = {
  ...TARGET,
  target: 'text',
  verifier: 'text',
  state: 'text',
  redirectUri: 'text',
  clientId: 'text',
  scopes: 'texts',
  session: 'text',
  until: 'number',
};

/** One kind of record. */
export class Kept<Key, Value> {
  readonly #store: AuthStore;
  readonly #keyOf: (key: Key) => readonly string[];
  readonly #members: Members;

  constructor(store: AuthStore, keyOf: (key: Key) => readonly string[], members: Members) {
    this.#store = store;
    this.#keyOf = keyOf;
    this.#members = members;
  }

  /** `undefined` also for one that is damaged, which is good for nothing. */
  async get(key: Key): Promise<Value | undefined> {
    const text = await this.#store.get(this.#name(key));
    const value = text === undefined ? undefined : parseJson(text);
    return hasMembers(value, this.#members) ? (value as Value) : undefined;
  }

  set(key: Key, value: Value): Promise<void> {
    return this.#store.set(this.#name(key), JSON.stringify(value));
  }

  delete(key: Key): Promise<void> {
    return this.#store.delete(this.#name(key));
  }

  lock<T>(key: Key, work: () => Promise<T>): Promise<T> {
    return this.#store.lock(this.#name(key), work);
  }

  #name(key: Key): string {
    return JSON.stringify(this.#keyOf(key));
  }
}

export class Records {
  readonly clients: Kept<string, KeptClient>;
  readonly tokens: Kept<TokenKey, KeptTokens>;
  readonly scopes: Kept<TokenKey, KeptScopes>;
  readonly targets: Kept<string, KeptTarget>;
  readonly logins: Kept<string, KeptLogin>;
  /** The state of the login that was deferred last. */
  readonly pending: Kept<PendingKey, { readonly state: string }>;

  constructor(store: AuthStore) {
    this.clients = new Kept(store, (issuer) => ['client', issuer], CLIENT);
    this.tokens = new Kept(store, ({ issuer, resource }) => ['tokens', issuer, resource], TOKENS);
    this.scopes = new Kept(store, ({ issuer, resource }) => ['scopes', issuer, resource], SCOPES);
    this.targets = new Kept(store, (url) => ['target', url], TARGET);
    this.logins = new Kept(store, (state) => ['login', state], LOGIN);
    this.pending = new Kept(
      store,
      ({ session, issuer, resource }) => ['pending', session, issuer, resource],
      { state: 'text' },
    );
  }
}
