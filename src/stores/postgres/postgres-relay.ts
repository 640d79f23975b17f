import { RondoError, invalidOptions } from '../../base/errors.ts';
import { pause } from '../../base/timing/pause.ts';
import type { Relay } from '../../protocol/types/relay.ts';
import type { Store } from '../../server/store.ts';
import { KeptSession } from './kept-session.ts';
import { NOTIFY } from './notify.ts';
import type { Notifications } from './open-postgres.ts';
import { notificationsOf } from './opened-stores.ts';
import { TextAssembly, partsOf } from './text-parts.ts';

/** For how long a text to itself may be on its way, in ms. */
const LONGEST_WAY = 2_000;

/**
 * A relay over the database of a {@link postgresStore}, by NOTIFY. One session of each instance
 * listens, at the address `direct` of the store if it has one, and is opened again when it is lost;
 * what is sent meanwhile is lost to it. Close the server first, and then the store.
 *
 * @example
 * ```ts
 * import { McpServer } from 'mcp-rondo';
 * import { postgresRelay, postgresStore } from 'mcp-rondo/postgres';
 *
 * const store = await postgresStore({ connectionString: 'postgres://db.example/app' });
 * const relay = postgresRelay(store);
 * export const server = new McpServer({ name: 'travel', version: '1.0.0' }, { store, relay });
 * ```
 *
 * @throws RondoError `invalid_options` for another store
 */
export function postgresRelay(store: Store): Relay {
  const notifications = notificationsOf(store);
  if (notifications === undefined) {
    throw invalidOptions('postgresRelay() needs a store that postgresStore() has made.');
  }
  return {
    publish: (text) => publish(notifications, text),
    subscribe: (onText) => subscribe(notifications, onText),
  };
}

async function publish({ query, channel }: Notifications, text: string): Promise<void> {
  await query(NOTIFY, [relayChannel(channel), partsOf(crypto.randomUUID(), text)]);
}

async function subscribe(
  notifications: Notifications,
  onText: (text: string) => void,
): Promise<() => Promise<void>> {
  const probe = new Probe();
  const assembly = new TextAssembly();
  const session = new KeptSession({
    open: notifications.open,
    channel: relayChannel(notifications.channel),
    heard: (payload) => {
      const text = assembly.add(payload);
      if (text !== undefined && !probe.hears(text)) onText(text);
    },
  });
  try {
    await session.start();
    await publish(notifications, probe.text);
    await probe.arrives();
  } catch (error) {
    await session.stop();
    throw error;
  }
  return () => session.stop();
}

/** Beside the wake-ups, which are ids of tasks. */
function relayChannel(channel: string): string {
  return `${channel}_relay`;
}

/** A text to itself: a pool in between may take LISTEN, and deliver nothing. */
class Probe {
  readonly text: string = `probe ${crypto.randomUUID()}`;
  readonly #heard = new AbortController();

  /** Whether it is a probe: those of other instances are for them. */
  hears(text: string): boolean {
    if (text === this.text) this.#heard.abort();
    return text.startsWith('probe ');
  }

  /** To be called once it is sent. @throws RondoError if it does not arrive */
  async arrives(): Promise<void> {
    const { signal } = this.#heard;
    await pause(LONGEST_WAY, signal);
    if (!signal.aborted) throw notDelivered();
  }
}

function notDelivered(): RondoError<'store_failed'> {
  return new RondoError(
    'store_failed',
    'Notifications of PostgreSQL do not arrive, perhaps because a pool is in between. The option ' +
      '`direct` of postgresStore() takes an address without the pool.',
  );
}
