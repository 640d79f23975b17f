import { RondoError } from '../../../base/errors.ts';
import type { Logger } from '../../../base/logging/logger.ts';
import type { JsonRpcRequest } from '../../../protocol/types/jsonrpc.ts';
import type { Transport } from '../../../protocol/transport.ts';
import { StdioTransport } from '../../../stdio/client.ts';
import type { ServerCommand } from '../../../stdio/server-command.ts';
import type { Connector, Finding } from './connector.ts';
import { isModern, olderServer } from './discovery.ts';
import { type Verdicts, verdictsThrough } from './verdicts.ts';
import type { OldWire, WireListener } from '../wires/wire.ts';

/** How long a program may say nothing to the discovery until it counts as an old one, in ms. */
const SILENCE = 5_000;

/** Reaches a server that is started as a program. */
export class StdioConnector implements Connector {
  readonly mustDiscover = true;
  readonly verdicts: Verdicts = verdictsThrough(undefined);
  readonly server: string;
  readonly #transport: StdioTransport;

  /** @throws RondoError `invalid_options` */
  constructor(command: ServerCommand, logger: Logger) {
    this.#transport = new StdioTransport(command, logger);
    this.server = JSON.stringify([command.command, command.args ?? [], command.cwd ?? '']);
  }

  get modern(): Transport {
    return this.#transport;
  }

  async discover(
    request: JsonRpcRequest,
    mayBeOld: boolean,
    signal: AbortSignal,
  ): Promise<Finding> {
    this.#transport.serveOld(undefined);
    const patience = new Patience(mayBeOld ? SILENCE : undefined, signal);
    try {
      const response = await this.#transport.request(request, { signal: patience.signal });
      if (isModern(response)) return { era: 'modern', response };
      return { era: 'old', why: olderServer(response) };
    } catch (error) {
      if (signal.aborted || !(patience.isOver || hasEnded(error))) throw error;
      // Some old programs end at what they do not know, others never say anything again.
      await this.#transport.stop();
      return { era: 'old', why: error };
    } finally {
      patience.stop();
    }
  }

  async openWire(listener: WireListener): Promise<OldWire> {
    const { StdioWire } = await import('../wires/stdio-wire.ts');
    return new StdioWire(this.#transport, listener);
  }

  async close(): Promise<void> {
    await this.#transport.close();
  }
}

function hasEnded(error: unknown): boolean {
  return error instanceof RondoError && error.code === 'transport_failed';
}

/** Aborts after a time, or with another signal. */
class Patience {
  readonly #abort = new AbortController();
  readonly #caller: AbortSignal;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  isOver = false;

  constructor(ms: number | undefined, caller: AbortSignal) {
    this.#caller = caller;
    if (ms !== undefined) this.#timer = setTimeout(() => this.#end(), ms);
    if (caller.aborted) this.#cancel();
    caller.addEventListener('abort', this.#cancel, { once: true });
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#caller.removeEventListener('abort', this.#cancel);
  }

  readonly #cancel = (): void => this.#abort.abort(this.#caller.reason);

  #end(): void {
    this.isOver = true;
    this.#abort.abort();
  }
}
