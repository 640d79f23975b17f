/** A client that logs in, and what is closed after each test. */
import { type OAuth, type OAuthOptions, oauth } from 'mcp-rondo/auth';
import { Client } from 'mcp-rondo/client';
import { Authority } from './authority.ts';
import { GuardedServer } from './guarded-server.ts';

export const REDIRECT_URI = 'http://127.0.0.1:9/callback';

export class LoginStage {
  readonly #open: { close(): unknown }[] = [];

  async authority(path?: string): Promise<Authority> {
    return this.keep(await new Authority(path).open());
  }

  async server(...issuers: string[]): Promise<GuardedServer> {
    return this.keep(await new GuardedServer().open(...issuers));
  }

  /** Logs in with a browser that accepts at once. */
  login(authority: Authority, options: Partial<OAuthOptions> = {}): OAuth {
    return oauth({ redirect: authority.browse, redirectUri: REDIRECT_URI, ...options });
  }

  client(url: string, login: Pick<OAuth, 'http'>): Client {
    const options = { name: 'c', version: '1', legacy: 'never', http: login.http } as const;
    return this.keep(new Client(url, options));
  }

  /** An honest pair, and a client that logs in there. */
  async all(options: Partial<OAuthOptions> = {}) {
    const authority = await this.authority();
    const server = await this.server(authority.url);
    const login = this.login(authority, options);
    return { authority, server, login, client: this.client(server.url, login) };
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.splice(0).map((each) => each.close()));
  }

  /** Closes it after the test. */
  keep<T extends { close(): unknown }>(each: T): T {
    this.#open.push(each);
    return each;
  }
}

/** What a call fails with. */
export async function failureOf(work: Promise<unknown>): Promise<Error & { code?: string }> {
  const outcome = await work.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  );
  return outcome as Error;
}
