import { invalidOptions } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import { type HttpClientOptions, HttpTransport } from '../http/client/transport.ts';
import { type Dispatcher, assertDispatcher } from '../protocol/dispatcher.ts';
import type { Transport } from '../protocol/transport.ts';
import type { ServerCommand } from '../stdio/server-command.ts';
import { StdioTransport } from '../stdio/client.ts';
import { InProcessTransport } from './in-process.ts';

/** A server: its http or https URL, a program to start, or an `McpServer` in this process. */
export type Target = string | URL | ServerCommand | Dispatcher;

/** Identifies the server in a store that several clients share. */
export function identityOf(target: Target): string {
  if (typeof target === 'string' || target instanceof URL) return new URL(target).href;
  if ('dispatch' in target) return `in process ${globalThis.crypto.randomUUID()}`;
  const { command, args = [], cwd = '' } = target;
  return JSON.stringify([command, args, cwd]);
}

/**
 * The connection to a server. Nothing is sent, and no program started, before the first request.
 *
 * @throws RondoError `invalid_options`
 */
export function transportTo(
  target: Target,
  http: HttpClientOptions | undefined,
  logger: Logger,
): Transport {
  if (typeof target === 'object' && 'dispatch' in target) return new InProcessTransport(target);
  if (typeof target === 'object' && 'command' in target) return new StdioTransport(target, logger);
  return new HttpTransport(httpUrl(target), http);
}

function httpUrl(target: string | URL): URL {
  if (typeof target !== 'string' && !(target instanceof URL)) {
    assertDispatcher('Client', target);
  }
  if (!URL.canParse(String(target))) {
    throw invalidOptions(
      `'${String(target)}' is not a URL. To start a program, pass { command, args }.`,
    );
  }
  const url = new URL(target);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw invalidOptions(
      `The URL of a server must begin with http: or https:, not ${url.protocol}`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw invalidOptions('Credentials must not be in the URL. Send them with `http.headers`.');
  }
  return url;
}
