/** Makes what is added to a server: the look at scopes, and what its guard and its store add. */
import { invalidOptions } from '../base/errors.ts';
import { type ServerEvent, type ServerEventListener, emitterFor } from './events.ts';
import type { ExtendedServer, Extension } from './extension.ts';
import { Extensions } from './extensions.ts';
import { type ResolvedOptions, type ServerOptions, listenersOf } from './options.ts';
import type { StateSetup } from './state-setup.ts';
import { extensionsOf } from './store.ts';

/**
 * @param scopes the look at scopes, which comes before what guard and store add
 * @throws RondoError `invalid_options` for options that no store reads
 */
export function withExtensions(
  options: ServerOptions,
  resolved: ResolvedOptions,
  state: StateSetup,
  scopes: Extension,
): ResolvedOptions {
  const extended = new Extensions([scopes, ...added(options, resolved, state, emit)]);
  const all = emitterFor([...listenersOf(options), ...extended.listeners], resolved.logger);
  function emit(event: ServerEvent): void {
    all?.(event);
  }
  return { ...resolved, extended, emit: all };
}

function added(
  { store, guard, tasks, audience, http }: ServerOptions,
  resolved: ResolvedOptions,
  { hasKeys, sealerFor }: StateSetup,
  emit: ServerEventListener,
): readonly Extension[] {
  if (store === undefined && tasks !== undefined) {
    throw invalidOptions("'tasks' of McpServer needs a 'store' to keep them in.");
  }
  const { logger, now } = resolved;
  const server: ExtendedServer = {
    audience: resolved.audience,
    hasOwnAudience: audience !== undefined || http?.authenticate !== undefined,
    logger,
    now,
    hasKeys,
    sealerFor,
    hasGuard: guard !== undefined,
    emit,
    options: { tasks },
  };
  // The first is around those behind it.
  return [guard, store].flatMap((each) => extensionsOf(each)?.(server) ?? []);
}
