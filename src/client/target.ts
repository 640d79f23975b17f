import { invalidOptions } from '../base/errors.ts';
import { isRecord } from '../base/json/json.ts';
import type { Logger } from '../base/logging/logger.ts';
import { nearest } from '../base/options/nearest.ts';
import { isThenable } from '../base/settled.ts';
import type { HttpClientOptions } from '../http/client/options.ts';
import { connectorTo } from '../legacy/old-server/connecting/connector-to.ts';
import {
  type LegacyMode,
  NegotiatingTransport,
} from '../legacy/old-server/negotiating-transport.ts';
import type { AnswerQuestion } from '../legacy/old-server/questions/stray-questions.ts';
import { type Dispatcher, assertDispatcher } from '../protocol/dispatcher.ts';
import type { Transport } from '../protocol/transport.ts';
import type { Network } from './calls/tracing.ts';
import { type ServerCommand, readCommand } from '../stdio/server-command.ts';
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

/** How a server is reached, for traces. */
export function networkOf(target: Target): Network {
  if (!isElsewhere(target)) return {};
  if (typeof target === 'object' && 'command' in target) return { transport: 'pipe' };
  const { hostname: address, port, protocol } = new URL(target);
  const standard = protocol === 'https:' ? 443 : 80;
  return { transport: 'tcp', address, port: port === '' ? standard : Number(port) };
}

/** Whether a server is not in this process. */
function isElsewhere(target: Target): target is string | URL | ServerCommand {
  if (typeof target === 'string' || target instanceof URL) return true;
  return isRecord(target) && 'command' in target;
}

function assertTarget(target: unknown): asserts target is Dispatcher {
  if (typeof target === 'function' || isThenable(target)) return assertDispatcher('Client', target);
  if (isRecord(target) && typeof target['dispatch'] === 'function') return;
  const isCommand =
    isRecord(target) && Object.keys(target).some((name) => nearest(name, ['command']));
  if (isCommand) readCommand(target as never);
  throw invalidOptions(
    'Client takes the URL of a server as it is, a program to start, as { command, args }, or an ' +
      'McpServer in this process.',
  );
}

/** How to reach a server. */
export interface Connecting {
  readonly http: HttpClientOptions | undefined;
  /** What to do about servers of earlier revisions. */
  readonly legacy: LegacyMode;
  readonly logger: Logger;
  /** Answers questions of such servers that belong to no call. */
  readonly answerQuestion: AnswerQuestion;
}

/**
 * The connection to a server. Nothing is sent, and no program started, before the first request.
 *
 * @throws RondoError `invalid_options`
 */
export function transportTo(target: Target, connecting: Connecting): Transport {
  const { http, legacy: mode, logger, answerQuestion } = connecting;
  if (!isElsewhere(target)) {
    assertTarget(target);
    return new InProcessTransport(target);
  }
  const connector = connectorTo(target, http, logger);
  return new NegotiatingTransport({ connector, mode, logger, answerQuestion });
}
