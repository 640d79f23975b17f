import type { Logger } from '../../../base/logging/logger.ts';
import type { HttpClientOptions } from '../../../http/client/options.ts';
import { serverUrl } from '../../../http/client/server-url.ts';
import type { ServerCommand } from '../../../stdio/server-command.ts';
import type { Connector } from './connector.ts';
import { HttpConnector } from './http-connector.ts';
import { StdioConnector } from './stdio-connector.ts';

/** @throws RondoError `invalid_options` */
export function connectorTo(
  target: string | URL | ServerCommand,
  http: HttpClientOptions | undefined,
  logger: Logger,
): Connector {
  return typeof target === 'string' || target instanceof URL
    ? new HttpConnector(serverUrl(target), http, logger)
    : new StdioConnector(target, logger);
}
