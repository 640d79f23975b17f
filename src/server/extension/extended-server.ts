/** What a server is before it is served, for its extensions. */
import type { Logger } from '../../base/logging/logger.ts';
import type { Purpose } from '../../state/key-ring.ts';
import type { Sealer } from '../../state/sealer.ts';
import type { RefusedEvent } from '../events.ts';
import type { TaskOptions } from '../extended-options.ts';

export interface ExtendedServer {
  readonly audience: string;
  /** Whether its author has named the audience, or verifies callers. */
  readonly hasOwnAudience: boolean;
  readonly logger: Logger;
  /** The clock, in ms since the epoch. */
  readonly now: () => number;
  /** Whether keys are configured; else there is one that ends with the process, or nothing is sealed. */
  readonly hasKeys: boolean;
  readonly sealerFor: (purpose: Purpose) => Sealer;
  /** Whether the server has a guard of its own: then its store adds none. */
  readonly hasGuard: boolean;
  /**
   * Logs and reports a refusal that is no error of its request. (One that is a `Refusal` is reported where
   * the reply is written.)
   */
  readonly onRefused: (event: RefusedEvent) => void;
  readonly options: { readonly tasks?: TaskOptions | undefined };
}
