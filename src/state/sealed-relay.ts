/** Sends sealed messages to the other instances of a server, and receives theirs. */
import { exactJson } from '../base/json/exact-json.ts';
import { type JsonValue, parseJson } from '../base/json/json.ts';
import type { Logger } from '../base/logging/logger.ts';
import { RepeatedWarnings } from '../base/logging/repeated-warnings.ts';
import { messageOf } from '../base/thrown.ts';
import type { Relay } from '../protocol/types/relay.ts';
import { randomId } from './flow-secret.ts';
import type { Sealer } from './sealer.ts';

/** Longest text that is opened, in characters. What is sent is shorter: see LONGEST of kept answers. */
const MAX_TEXT = 131_072;

export interface SealedRelayOptions {
  readonly relay: Relay;
  /** To be called when the first text is sealed or opened. */
  readonly sealer: () => Sealer;
  /** The servers that take each other's messages. */
  readonly audience: string;
  readonly logger: Logger;
}

/** @param type of the message; those of later versions, and of others, may come too */
export type OnMessage = (type: string, value: JsonValue) => void;

export class SealedRelay {
  readonly #options: SealedRelayOptions;
  readonly #warnings: RepeatedWarnings;
  #own: string | undefined;
  #sealer: Sealer | undefined;
  #subscription: Promise<() => unknown> | undefined;

  constructor(options: SealedRelayOptions) {
    this.#options = options;
    this.#warnings = new RepeatedWarnings(options.logger);
  }

  /** Sends a message to the other instances. Never throws. */
  publish(type: string, value: JsonValue): void {
    void this.#attempt('publishing', async () => {
      const text = exactJson([this.#id, type, value]);
      await this.#options.relay.publish(this.#seal.seal(text, this.#options.audience));
    });
  }

  /**
   * Receives the messages of other instances, until `stop`. Never throws.
   *
   * @param onListening called once they are received: what was sent before has not come
   */
  start(onMessage: OnMessage, onListening?: () => void): void {
    if (this.#subscription !== undefined) return;
    const subscription = (async () =>
      this.#options.relay.subscribe((text) => {
        if (this.#subscription === subscription) this.#receive(text, onMessage);
      }))();
    this.#subscription = subscription;
    void this.#attempt('subscribing', async () => {
      try {
        await subscription;
        if (this.#subscription === subscription) onListening?.();
      } catch (error) {
        if (this.#subscription === subscription) this.#subscription = undefined;
        throw error;
      }
    });
  }

  stop(): void {
    const subscription = this.#subscription;
    this.#subscription = undefined;
    void subscription?.then(
      (end) => this.#attempt('ending', async () => end()),
      () => undefined,
    );
  }

  get #id(): string {
    return (this.#own ??= randomId());
  }

  get #seal(): Sealer {
    return (this.#sealer ??= this.#options.sealer());
  }

  #receive(text: unknown, onMessage: OnMessage): void {
    void this.#attempt('receiving', async () => {
      const opened = this.#open(text);
      if (opened === undefined) return this.#warnings.warn(UNREADABLE);
      const message = parseJson(opened);
      if (!Array.isArray(message)) return;
      const [from, type, value = null] = message;
      if (from !== this.#id && typeof type === 'string') onMessage(type, value);
    });
  }

  #open(text: unknown): string | undefined {
    if (typeof text !== 'string' || text.length > MAX_TEXT) return undefined;
    return this.#seal.open(text, this.#options.audience);
  }

  /** What fails is logged, and fails nobody: a message is not worth a request. */
  async #attempt(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#warnings.warn(`The relay failed at ${what}: ${messageOf(error)}`, what);
    }
  }
}

const UNREADABLE =
  'The relay brought a text that this instance cannot open. All instances need the same state keys ' +
  'and the same audience.';
