/** Sends changes to the other instances of a server, and receives theirs. */
import { type JsonValue, parseJson } from '../../base/json.ts';
import type { Logger } from '../../base/logger.ts';
import { RepeatedWarnings } from '../../base/repeated-warnings.ts';
import { messageOf } from '../../base/thrown.ts';
import type { Relay } from './relay.ts';
import { randomId } from '../../state/flow-secret.ts';
import type { Sealer } from '../../state/sealer.ts';
import { type ListKind, isListKind } from './listen-filter.ts';

/** What clients that listen are notified of. */
export type Change =
  | { readonly type: 'list'; readonly kind: ListKind }
  | { readonly type: 'resource'; readonly uri: string };

/** Longest text that is opened, in characters. */
const MAX_TEXT = 65_536;

export interface ChangeRelayOptions {
  readonly relay: Relay;
  /** To be called when the first text is sealed or opened. */
  readonly sealer: () => Sealer;
  /** The servers that take each other's changes. */
  readonly audience: string;
  readonly logger: Logger;
}

type OnChange = (change: Change) => void;

export class ChangeRelay {
  readonly #options: ChangeRelayOptions;
  readonly #warnings: RepeatedWarnings;
  #own: string | undefined;
  #sealer: Sealer | undefined;
  #subscription: Promise<() => unknown> | undefined;

  constructor(options: ChangeRelayOptions) {
    this.#options = options;
    this.#warnings = new RepeatedWarnings(options.logger);
  }

  /** A change of this instance. Never throws. */
  publish(change: Change): void {
    void this.#attempt('publishing', async () => {
      const value = change.type === 'list' ? change.kind : change.uri;
      const text = JSON.stringify([this.#id, change.type, value]);
      await this.#options.relay.publish(this.#seal.seal(text, this.#options.audience));
    });
  }

  /** Receives the changes of other instances, until `stop`. Never throws. */
  start(onChange: OnChange): void {
    if (this.#subscription !== undefined) return;
    const subscription = (async () =>
      this.#options.relay.subscribe((text) => {
        if (this.#subscription === subscription) this.#receive(text, onChange);
      }))();
    this.#subscription = subscription;
    void this.#attempt('subscribing', async () => {
      try {
        await subscription;
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

  #receive(text: unknown, onChange: OnChange): void {
    void this.#attempt('receiving', async () => {
      const opened = this.#open(text);
      if (opened === undefined) return this.#warnings.warn(UNREADABLE);
      const change = readChange(opened, this.#id);
      if (change !== undefined) onChange(change);
    });
  }

  #open(text: unknown): string | undefined {
    if (typeof text !== 'string' || text.length > MAX_TEXT) return undefined;
    return this.#seal.open(text, this.#options.audience);
  }

  /** What fails is logged, and fails nobody: a change is not worth a request. */
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

/** The change in an opened text; `undefined` for one's own, and for what later versions send. */
function readChange(text: string, own: string): Change | undefined {
  const [from, type, value] = partsOf(parseJson(text));
  if (from === own || typeof value !== 'string') return undefined;
  if (type === 'resource') return { type, uri: value };
  return type === 'list' && isListKind(value) ? { type, kind: value } : undefined;
}

function partsOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
