import type { HttpClientOptions } from '../http/client/transport.ts';
import type { RefusedEvent } from './flows/answering.ts';
import type { Logger } from '../base/logger.ts';
import type { CacheOptions } from './calls/cache.ts';
import type { QuestionHandlers } from './flows/handlers.ts';

export interface ClientOptions extends QuestionHandlers {
  /** Who the client is, for the server's logs. */
  readonly name: string;
  readonly version: string;
  readonly title?: string;
  /** How a server is reached over HTTP: `fetch`, `headers`. */
  readonly http?: HttpClientOptions;
  /** Where results are kept that may be. Default: in this client's memory. */
  readonly cache?: CacheOptions;
  /** Default: warnings on standard error. */
  readonly logger?: Logger;
  /** How long the server may stay silent in a request, in ms. Default 60,000. */
  readonly timeout?: number;
  /** How many rounds one call may take. Default 16. */
  readonly maxRounds?: number;
  /** Whether URLs without encryption may be shown to the user. Default false. */
  readonly allowInsecureUrls?: boolean;
  /** Told why a question was refused, which the server is not. */
  readonly onRefused?: (event: RefusedEvent) => void;
}
