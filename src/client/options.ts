import {
  anyText,
  callable,
  either,
  flag,
  having,
  listOf,
  oneOf,
  positive,
  timeLimit,
} from '../base/options/option-checks.ts';
import type { OptionSet } from '../base/options/options.ts';
import { isRecord } from '../base/json/json.ts';
import { HTTP_CLIENT_OPTIONS, type HttpClientOptions } from '../http/client/options.ts';
import type { RefusedEvent } from './flows/answering.ts';
import type { Logger } from '../base/logging/logger.ts';
import type { ClientTracing } from './calls/tracing.ts';
import { CACHE_OPTIONS, type CacheOptions } from './calls/cache.ts';
import type { QuestionHandlers } from './flows/handlers.ts';

/** Options of a {@link Client}. */
export interface ClientOptions extends QuestionHandlers {
  /** The client's name, for the server's logs. */
  readonly name: string;
  /** The client's version. */
  readonly version: string;
  /** The client's name for people. Default: none. */
  readonly title?: string;
  /** How the server is reached over HTTP. Default: see {@link HttpClientOptions}. */
  readonly http?: HttpClientOptions;
  /**
   * Servers of 2025-11-25 and earlier revisions: `auto` asks each server, before the first call in
   * this process, what it speaks; `never` calls none of them; `always` does not ask, and speaks the
   * old protocol at once. Default `auto`.
   */
  readonly legacy?: 'auto' | 'never' | 'always';
  /** Where results are cached. Default: in this client's memory, at most 16 Mi characters. */
  readonly cache?: CacheOptions;
  /** Where the client logs to. Default: warnings and errors to stderr. */
  readonly logger?: Logger;
  /** How long the server may take to answer or to report progress, in ms. Default 60,000. */
  readonly timeout?: number;
  /** How many rounds one call may have. Default 16. */
  readonly maxRounds?: number;
  /** Whether `onElicitUrl` gets URLs of other machines without encryption. Default `false`. */
  readonly allowInsecureUrls?: boolean;
  /**
   * Called when a question is refused, with the reason, which the server does not learn. Default:
   * none.
   */
  readonly onRefused?: (event: RefusedEvent) => void;
  /**
   * Is called around calls and requests: `otelClient()` of `mcp-rondo/otel`, or your own. What it throws
   * is ignored. Default: nothing is called.
   */
  readonly tracing?: ClientTracing;
}

export const CLIENT_OPTIONS: OptionSet<ClientOptions> = {
  of: 'Client',
  table: {
    name: anyText,
    version: anyText,
    title: anyText,
    http: HTTP_CLIENT_OPTIONS,
    legacy: oneOf('auto', 'never', 'always'),
    cache: CACHE_OPTIONS,
    logger: having('debug', 'info', 'warn', 'error'),
    timeout: timeLimit,
    maxRounds: positive,
    allowInsecureUrls: flag,
    onRefused: callable,
    tracing: having('call', 'request'),
    onElicit: callable,
    onElicitUrl: callable,
    onSample: callable,
    roots: either('an array of roots, or a function', listOf('roots', isRecord), callable),
    sampling: { tools: flag, context: flag },
  },
  notes: {
    capabilities: 'They follow from the handlers: onElicit, onElicitUrl, onSample, roots.',
    inputRequired: "The limits of a call are 'maxRounds' and 'timeout'.",
    jsonSchemaValidator: 'A validator is built in; leave it out.',
    listChanged: 'Listen for changes with client.listen().',
    versionNegotiation: "Which versions are spoken is the option 'legacy'.",
  },
};
