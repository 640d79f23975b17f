/** Makes what a server's store adds to it. */
import { invalidOptions } from '../base/errors.ts';
import { emitterFor } from './events.ts';
import { Extensions } from './extensions.ts';
import { type ResolvedOptions, type ServerOptions, listenersOf } from './options.ts';
import type { StateSetup } from './state-setup.ts';
import { extensionsOf } from './store.ts';

/** @throws RondoError `invalid_options` for options that no store reads */
export function withExtensions(
  options: ServerOptions,
  resolved: ResolvedOptions,
  { hasKeys, sealerFor }: StateSetup,
): ResolvedOptions {
  const { store, tasks, audience, http } = options;
  if (store === undefined) {
    if (tasks === undefined) return resolved;
    throw invalidOptions("'tasks' of McpServer needs a 'store' to keep them in.");
  }
  const { logger, now } = resolved;
  const extended = new Extensions(
    extensionsOf(store)!({
      audience: resolved.audience,
      hasOwnAudience: audience !== undefined || http?.authenticate !== undefined,
      logger,
      now,
      hasKeys,
      sealerFor,
      emit: (event) => emit?.(event),
      options: { tasks },
    }),
  );
  const emit = emitterFor([...listenersOf(options), ...extended.listeners], logger);
  return { ...resolved, extended, emit };
}
