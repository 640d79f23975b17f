/** Makes what is added to a server: the look at scopes, and what its guard and its store add. */
import { invalidOptions } from '../base/errors.ts';
import { type RefusedEvent, emitterFor } from './events.ts';
import type { ExtendedServer, Extension } from './extension.ts';
import { Extensions } from './extensions.ts';
import { type ResolvedOptions, type ServerOptions, listenersOf } from './options.ts';
import { RefusalLog } from './refusal-log.ts';
import { systemScheduler } from './requests/runtime.ts';
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
): ExtendedOptions {
  const refusals = new RefusalLog(resolved.logger, systemScheduler.after);
  const extended = new Extensions([scopes, ...added(options, resolved, state, onRefused)]);
  const emit = emitterFor([...listenersOf(options), ...extended.listeners], resolved.logger);
  function onRefused(event: RefusedEvent): void {
    refusals.add(event);
    emit?.(event);
  }
  return { ...resolved, extended, emit, onRefused };
}

/** The options of a server, with what is added to it. */
export interface ExtendedOptions extends ResolvedOptions {
  /** Called with refusals: they are logged, and reported to all who listen to events. */
  readonly onRefused: (event: RefusedEvent) => void;
}

function added(
  { store, guard, tasks, audience, http }: ServerOptions,
  resolved: ResolvedOptions,
  { hasKeys, sealerFor }: StateSetup,
  onRefused: ExtendedServer['onRefused'],
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
    onRefused,
    options: { tasks },
  };
  // The first is around those behind it.
  return [guard, store].flatMap((each) => extensionsOf(each)?.(server) ?? []);
}
