import type { Store } from '../../server/store.ts';
import type { Notifications } from './open-postgres.ts';

const opened = new WeakMap<Store, Notifications>();

/** Remembers how the database of a store notifies. */
export function remember(store: Store, notifications: Notifications): Store {
  opened.set(store, notifications);
  return store;
}

/** `undefined` for what is no store in PostgreSQL. */
export function notificationsOf(store: Store): Notifications | undefined {
  return opened.get(store);
}
