/** What a client works with: made of its target and its options. */
import { invalidOptions } from '../base/errors.ts';
import { type Logger, safeLogger, stderrLogger } from '../base/logging/logger.ts';
import type { ClientCapabilities } from '../protocol/capabilities.ts';
import type { Implementation } from '../protocol/results.ts';
import type { Transport } from '../protocol/transport.ts';
import { Deadlines } from './calls/deadlines.ts';
import { RequestSender } from './calls/request-sender.ts';
import { type AnsweringOptions, answerStray, safeOnRefused } from './flows/answering.ts';
import { exposedRoots } from './flows/exposed-roots.ts';
import { capabilitiesOf } from './flows/handlers.ts';
import { openStream } from './listening/stream.ts';
import { TaskStream } from './listening/task-stream.ts';
import type { ClientOptions } from './options.ts';
import { type Target, networkOf, transportTo } from './target.ts';

export interface Connection {
  readonly transport: Transport;
  readonly caller: RequestSender;
  /** The tasks that are listened to. */
  readonly tasks: TaskStream;
  /** What the client can be asked. */
  readonly declared: ClientCapabilities;
  readonly answering: AnsweringOptions;
  readonly logger: Logger;
  /** In ms. */
  readonly timeout: number;
}

/** @throws RondoError `invalid_options` */
export function connectionTo(target: Target, options: ClientOptions): Connection {
  const { http, legacy = 'auto', tracing, timeout = 60_000, allowInsecureUrls = false } = options;
  if (Array.isArray(options.roots)) exposedRoots(options.roots);
  const clientInfo = clientInfoOf(options);
  const logger = safeLogger(options.logger ?? stderrLogger);
  const declared = capabilitiesOf(options);
  const onRefused = safeOnRefused(options.onRefused, logger);
  const answering = { handlers: options, allowInsecureUrls, onRefused };
  const deadlines = new Deadlines();
  const transport = transportTo(target, {
    http: deadlines.pausedBy(http),
    legacy,
    logger,
    answerQuestion: (...question) => answerStray(...question, declared, answering),
  });
  const caller = new RequestSender({
    transport,
    clientInfo,
    capabilities: declared,
    timeout,
    deadlines,
    logger,
    tracing,
    network: tracing === undefined ? {} : networkOf(target),
  });
  const tasks = new TaskStream((taskIds, signal, onNotification) =>
    openStream(caller, { filter: { taskIds }, timeout, signal }, onNotification),
  );
  return { transport, caller, tasks, declared, answering, logger, timeout };
}

function clientInfoOf({ name, version, title }: ClientOptions): Implementation {
  if (!name || !version) throw invalidOptions('A client needs a name and a version.');
  return { name, version, ...(title !== undefined && { title }) };
}
