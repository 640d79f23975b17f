import {
  anyText,
  callable,
  either,
  flag,
  having,
  listOf,
  positive,
  timeLimit,
} from '../base/option-checks.ts';
import type { OptionSet } from '../base/options.ts';
import { isRecord } from '../base/json.ts';
import { HTTP_CLIENT_OPTIONS, type HttpClientOptions } from '../http/client/transport.ts';
import type { RefusedEvent } from './flows/answering.ts';
import type { Logger } from '../base/logger.ts';
import { CACHE_OPTIONS, type CacheOptions } from './calls/cache.ts';
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

export const CLIENT_OPTIONS: OptionSet<ClientOptions> = {
  of: 'Client',
  table: {
    name: anyText,
    version: anyText,
    title: anyText,
    http: HTTP_CLIENT_OPTIONS,
    cache: CACHE_OPTIONS,
    logger: having('debug', 'info', 'warn', 'error'),
    timeout: timeLimit,
    maxRounds: positive,
    allowInsecureUrls: flag,
    onRefused: callable,
    onElicit: callable,
    onElicitUrl: callable,
    onSample: callable,
    roots: either('an array of roots, or a function', listOf('roots', isRecord), callable),
    sampling: { tools: flag, context: flag },
  },
  notes: {
    capabilities: 'What has a handler is declared: onElicit, onElicitUrl, onSample, roots.',
    inputRequired: "Bounds of a call are 'maxRounds' and 'timeout'.",
    jsonSchemaValidator: 'A validator is built in; leave it out.',
    listChanged: 'Changes are listened for with client.listen().',
    versionNegotiation: 'There is one version, 2026-07-28; leave it out.',
  },
};
