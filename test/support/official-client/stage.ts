import { afterAll, afterEach, beforeAll } from 'vitest';
import { type Link, fetchLink, httpLink, stdioLink } from './links.ts';
import { ALL_CAPABILITIES, type Peer } from './peer.ts';

/** A link, and two clients on it that many tests share. */
class Stage {
  readonly name: string;
  link!: Link;
  /** A client that can be asked everything. */
  peer!: Peer;
  /** A client that can be asked nothing. */
  plain!: Peer;
  readonly #open: () => Link | Promise<Link>;

  constructor(name: string, open: () => Link | Promise<Link>) {
    this.name = name;
    this.#open = open;
  }

  async open(): Promise<void> {
    this.link = await this.#open();
    this.peer = await this.link.connect({ capabilities: ALL_CAPABILITIES });
    this.plain = await this.link.connect();
  }

  async close(): Promise<void> {
    await this.peer.client.close();
    await this.plain.client.close();
    await this.link.close();
  }

  /** See {@link Peer.reset}. */
  reset(): void {
    this.peer.reset();
    this.plain.reset();
  }
}

/** For a test file: a stage for each way from the official client to this server. */
export function stages(): readonly Stage[] {
  const all = [
    new Stage('HTTP', httpLink),
    new Stage('fetch', fetchLink),
    new Stage('stdio', stdioLink),
  ];
  beforeAll(async () => void (await Promise.all(all.map((stage) => stage.open()))));
  afterEach(() => all.forEach((stage) => stage.reset()));
  afterAll(async () => void (await Promise.all(all.map((stage) => stage.close()))));
  return all;
}
