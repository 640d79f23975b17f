/** Sends changes to the other instances of a server, and receives theirs. */
import type { JsonValue } from '../../base/json/json.ts';
import type { SealedRelay } from '../../state/sealed-relay.ts';
import { type ListKind, isListKind } from './listen-filter.ts';

/** What clients that listen are notified of. */
export type Change =
  | { readonly type: 'list'; readonly kind: ListKind }
  | { readonly type: 'resource'; readonly uri: string };

type OnChange = (change: Change) => void;

export class ChangeRelay {
  readonly #relay: SealedRelay;

  constructor(relay: SealedRelay) {
    this.#relay = relay;
  }

  /** A change of this instance. Never throws. */
  publish(change: Change): void {
    this.#relay.publish(change.type, change.type === 'list' ? change.kind : change.uri);
  }

  /** Receives the changes of other instances, until `stop`. Never throws. */
  start(onChange: OnChange): void {
    this.#relay.start((type, value) => {
      const change = readChange(type, value);
      if (change !== undefined) onChange(change);
    });
  }

  stop(): void {
    this.#relay.stop();
  }
}

/** `undefined` for what is no change. */
function readChange(type: string, value: JsonValue): Change | undefined {
  if (typeof value !== 'string') return undefined;
  if (type === 'resource') return { type, uri: value };
  return type === 'list' && isListKind(value) ? { type, kind: value } : undefined;
}
