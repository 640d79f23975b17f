/** What an operator has to learn of requests that are refused: the client hears no reasons. */
import type { Logger } from '../base/logging/logger.ts';
import { quote } from '../base/quote.ts';
import { RepeatedWarnings } from '../base/logging/repeated-warnings.ts';
import { describeError, nameAndMessage } from '../base/thrown.ts';
import type { HeaderLookup } from '../protocol/types/header-lookup.ts';
import { shownText } from '../base/shown-text.ts';

export class HttpLog {
  readonly #logger: Logger;
  readonly #warnings: RepeatedWarnings;

  constructor(logger: Logger) {
    this.#logger = logger;
    this.#warnings = new RepeatedWarnings(logger);
  }

  hostRefused(host: string | null): void {
    const what = host ? `for the host ${quote(host)}` : 'without a host';
    this.#warnings.warn(
      `A request ${what} was refused with 403. If this server has that name, add it to ` +
        'http.allowedHosts of McpServer.',
    );
  }

  originRefused(origin: string): void {
    this.#warnings.warn(
      `A request from the web page ${quote(origin)} was refused with 403. If that page may call ` +
        'this server, add it to http.allowedOrigins of McpServer.',
    );
  }

  notPrincipal(source: string, problem: string): void {
    this.#warnings.warn(`A caller was refused with 401: ${source} ${problem}.`);
  }

  authenticateThrew(error: unknown, headers: HeaderLookup): void {
    const why = withoutCredentials(nameAndMessage(error), headers);
    this.#warnings.warn(`A caller was refused with 401: http.authenticate threw ${quote(why)}.`);
  }

  /** @param reason what is known of a response that refuses; nothing of the token is in it */
  callerRefused(status: number, reason: string, headers: HeaderLookup): void {
    const why = shownText(withoutCredentials(reason, headers));
    this.#warnings.warn(`A caller was refused with ${status}: ${why}.`);
  }

  /** @param advice what to do about it, a sentence */
  bodyTaken(advice: string): void {
    this.#warnings.warn(
      `A request was answered with 500: something in front read its body and did not pass it on. ${advice}`,
    );
  }

  responseTaken(): void {
    this.#warnings.warn(
      'A request was answered by something else before this server did. Tell what calls ' +
        'nodeHandler() to leave the response alone: ctx.respond = false in Koa, reply.hijack() in ' +
        'Fastify, @Res() in NestJS.',
    );
  }

  failed(what: string, error: unknown): void {
    this.#logger.error(`${what} failed: ${describeError(error)}`);
  }
}

/** Shorter words are not credentials, but the name of a scheme. */
const SHORTEST_CREDENTIALS = 8;

/** How many words of the header are looked for: a scheme, a token, and some to spare. */
const MOST_WORDS = 4;

/** Some libraries repeat the token in what they throw. */
function withoutCredentials(text: string, headers: HeaderLookup): string {
  const words = headers.get('authorization')?.split(' ', MOST_WORDS) ?? [];
  return words
    .filter((word) => word.length >= SHORTEST_CREDENTIALS)
    .reduce((rest, word) => rest.replaceAll(word, '[credentials]'), text);
}
