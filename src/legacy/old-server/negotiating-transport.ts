/** A connection to a server that may be of this revision, or of an earlier one (L17). */
import type { Logger } from '../../base/logging/logger.ts';
import type { JsonRpcRequest } from '../../protocol/types/jsonrpc.ts';
import { Method } from '../../protocol/names/methods.ts';
import type { Received, RequestOptions, Transport } from '../../protocol/transport.ts';
import { PROTOCOL_VERSION } from '../../protocol/names/version.ts';
import type { Connector } from './connecting/connector.ts';
import { discoveryBefore } from './connecting/discovery.ts';
import type { AnswerQuestion } from './questions/stray-questions.ts';
import { SharedWork } from './shared-work.ts';

/** Whether servers of earlier revisions are looked for, never spoken to, or taken for granted. */
export type LegacyMode = 'auto' | 'never' | 'always';

export interface NegotiatingOptions {
  readonly connector: Connector;
  readonly mode: LegacyMode;
  readonly logger: Logger;
  readonly answerQuestion?: AnswerQuestion | undefined;
}

/**
 * Before the first request it finds out what the server is, unless that is known. From then on it
 * only passes requests on.
 */
export class NegotiatingTransport implements Transport {
  readonly hasHeaders: boolean;
  readonly #options: NegotiatingOptions;
  #chosen: Transport | undefined;
  /** Resolves with the response to the discovery, if there was one. */
  #choosing: SharedWork<Received | undefined> | undefined;

  constructor(options: NegotiatingOptions) {
    const { connector, mode } = options;
    this.#options = options;
    this.hasHeaders = connector.modern.hasHeaders;
    if (mode === 'never' && !connector.mustDiscover) this.#chosen = connector.modern;
  }

  get era(): string | undefined {
    return this.#chosen && (this.#chosen.era ?? PROTOCOL_VERSION);
  }

  request(message: JsonRpcRequest, options: RequestOptions): Promise<Received> {
    const chosen = this.#chosen;
    return chosen === undefined
      ? this.#requestFirst(message, options)
      : chosen.request(message, options);
  }

  /** The server was of this revision when a flow of this era was saved. */
  recall(): void {
    const { connector, mode } = this.#options;
    if (mode !== 'always') this.#chosen ??= connector.modern;
  }

  abandon(state: string): void {
    this.#chosen?.abandon?.(state);
  }

  async close(): Promise<void> {
    const chosen = this.#chosen ?? this.#options.connector;
    await chosen.close();
  }

  async #requestFirst(message: JsonRpcRequest, options: RequestOptions): Promise<Received> {
    const choosing = (this.#choosing ??= new SharedWork((signal) => this.#choose(message, signal)));
    try {
      const found = await choosing.outcome(options.signal);
      // One that was refused answers the request, and so does one that the request itself asked for.
      const isAnswer = this.#chosen === undefined || message.method === Method.discover;
      if (found !== undefined && isAnswer) return { ...found, id: message.id };
    } finally {
      if (this.#choosing === choosing && choosing.isOver) this.#choosing = undefined;
    }
    return this.#chosen!.request(message, options);
  }

  async #choose(first: JsonRpcRequest, signal: AbortSignal): Promise<Received | undefined> {
    const { connector, mode } = this.#options;
    const known = mode === 'always' ? 'old' : connector.verdicts.get(connector.server);
    if (known === 'old' && mode !== 'never') return this.#chooseOld(first, signal);
    if (known === 'modern') return this.#chooseModern();
    const found = await connector.discover(discoveryBefore(first), mode === 'auto', signal);
    if (found.era === undefined) return found.response;
    if (found.era === 'modern') {
      this.#chooseModern();
      return found.response;
    }
    if (mode === 'never') throw found.why;
    return this.#chooseOld(first, signal);
  }

  #chooseModern(): undefined {
    const { connector } = this.#options;
    connector.verdicts.set(connector.server, 'modern');
    this.#chosen = connector.modern;
  }

  /** It counts as an old one when it has begun a session: a wrong address has not. */
  async #chooseOld(first: JsonRpcRequest, signal: AbortSignal): Promise<undefined> {
    const { connector } = this.#options;
    // Loaded on demand: most servers need none of it.
    const { OldTransport } = await import('./old-transport.ts');
    const old = new OldTransport(this.#options);
    connector.verdicts.forget(connector.server);
    await old.open(first, signal);
    connector.verdicts.set(connector.server, 'old');
    this.#chosen = old;
  }
}
