import type { UnknownRecord } from '../../../base/json/json.ts';
import type { ServerCapabilities } from '../../../protocol/capabilities.ts';
import { RpcError } from '../../../protocol/rpc-error.ts';
import { LOG_LEVELS, type LogLevel } from '../../../protocol/results.ts';

/** The session, as far as its log level goes. */
interface Logging {
  readonly offered: { readonly capabilities: ServerCapabilities };
  order(method: string, params: UnknownRecord, signal: AbortSignal): Promise<void>;
}

/**
 * The log level of a session. In this revision each request has its own: the session's is the least
 * severe that any has asked for, and what a request has not asked for is left out.
 */
export class LogLevels {
  readonly #session: Logging;
  #lowest: number = LOG_LEVELS.length;

  constructor(session: Logging) {
    this.#session = session;
  }

  /** Sets the session's level, if a request needs a lower one. @throws as `ServerSession.order` */
  async need(level: LogLevel | undefined, signal: AbortSignal): Promise<void> {
    const wanted = level === undefined ? Infinity : LOG_LEVELS.indexOf(level);
    if (wanted >= this.#lowest || !this.#session.offered.capabilities.logging) return;
    this.#lowest = wanted;
    try {
      await this.#session.order('logging/setLevel', { level }, signal);
    } catch (error) {
      // A server that cannot be told logs as it likes; the call goes on.
      if (error instanceof RpcError) return;
      // It may not have heard of it: the next request that needs a level sets it again.
      if (this.#lowest === wanted) this.#lowest = LOG_LEVELS.length;
      throw error;
    }
  }
}

/** Whether a message of one level is wanted by who has asked for another. */
export function isLogWanted(level: unknown, asked: LogLevel | undefined): boolean {
  if (asked === undefined) return false;
  return LOG_LEVELS.indexOf(level as LogLevel) >= LOG_LEVELS.indexOf(asked);
}
