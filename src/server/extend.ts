/** Makes what is added to a server: the look at scopes, and what its store adds. */
import { invalidOptions } from '../base/errors.ts';
import { type ServerEvent, type ServerEventListener, emitterFor } from './events.ts';
import type { Extension } from './extension.ts';
import { Extensions } from './extensions.ts';
import { type ResolvedOptions, type ServerOptions, listenersOf } from './options.ts';
import type { StateSetup } from './state-setup.ts';
import { extensionsOf } from './store.ts';

/**
 * @param scopes the look at scopes, which comes before what the store adds
 * @throws RondoError `invalid_options` for options that no store reads
 */
export function withExtensions(
  options: ServerOptions,
  resolved: ResolvedOptions,
  state: StateSetup,
  scopes: Extension,
): ResolvedOptions {
  const extended = new Extensions([scopes, ...ofStore(options, resolved, state, emit)]);
  const all = emitterFor([...listenersOf(options), ...extended.listeners], resolved.logger);
  function emit(event: ServerEvent): void {
    all?.(event);
  }
  return { ...resolved, extended, emit: all };
}

function ofStore(
  { store, tasks, audience, http }: ServerOptions,
  resolved: ResolvedOptions,
  { hasKeys, sealerFor }: StateSetup,
  emit: ServerEventListener,
): readonly Extension[] {
  if (store === undefined) {
    if (tasks === undefined) return [];
    throw invalidOptions("'tasks' of McpServer needs a 'store' to keep them in.");
  }
  const { logger, now } = resolved;
  return extensionsOf(store)!({
    audience: resolved.audience,
    hasOwnAudience: audience !== undefined || http?.authenticate !== undefined,
    logger,
    now,
    hasKeys,
    sealerFor,
    emit,
    options: { tasks },
  });
}
