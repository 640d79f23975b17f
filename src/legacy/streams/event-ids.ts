/**
 * Ids of events (L13, L14). In each is sealed what an instance that does not have the stream needs:
 * once questions were asked, all of it, so that the call goes on there. A number behind it says
 * which event of the stream it is.
 */
import { exactJson } from '../../base/json/exact-json.ts';
import { type UnknownRecord, isRecord, parseJson } from '../../base/json/json.ts';
import type { RequestId } from '../../protocol/types/jsonrpc.ts';
import type { InputRequest } from '../../protocol/results.ts';
import type { Sealer } from '../../state/sealer.ts';

/** What every id says of its call. */
export interface CallId {
  /** The stream, at whatever instance it is. */
  readonly stream: string;
  readonly requestId: RequestId;
  readonly method: string;
}

/** A question that has no answer yet. */
export interface OpenQuestion {
  readonly id: string;
  readonly key: string;
  readonly method: InputRequest['method'];
}

/** Where a call stands after a round that asked. */
export interface Continuation extends CallId {
  readonly params: UnknownRecord;
  readonly requestState: unknown;
  readonly open: readonly OpenQuestion[];
  readonly answers: UnknownRecord;
  /** The last progress that was sent. */
  readonly progress: number | null;
  /** Until when the questions can be answered, in ms since the epoch. */
  readonly until: number;
}

/** The event that a client has come back with. */
export interface Cursor {
  readonly token: string;
  readonly event: number;
}

export type OpenedId = Cursor &
  (
    | { readonly type: 'call'; readonly call: CallId }
    | { readonly type: 'continuation'; readonly call: Continuation }
  );

/** Longest id, in characters: two of them and a token must fit into the headers of a request. */
const LONGEST = 4_096;

const LONGEST_NUMBER = 12;

export class EventIds {
  readonly #sealer: () => Sealer;

  constructor(sealer: () => Sealer) {
    this.#sealer = sealer;
  }

  /** What the ids begin with, for an instance that has the stream. */
  ofCall({ stream, requestId, method }: CallId, session: string): string {
    return this.#seal(['call', { stream, requestId, method }], session);
  }

  /** The same for any instance; `undefined` if that would be too long. */
  ofContinuation({ requestState, ...call }: Continuation, session: string): string | undefined {
    const token = this.#seal(['continuation', call], session, String(requestState));
    return token.length + LONGEST_NUMBER > LONGEST ? undefined : token;
  }

  static at(token: string, event: number): string {
    return `${token}.${event}`;
  }

  /** `undefined` for what is no id of this session. */
  open(id: string, session: string): OpenedId | undefined {
    const [, token, number] = /^([\w-]+)\.(\d{1,11})$/.exec(id.slice(0, LONGEST)) ?? [];
    if (token === undefined) return undefined;
    const [json, requestState] = this.#sealer().open(token, session)?.split('\n') ?? [];
    const parts = json === undefined ? undefined : parseJson(json);
    if (!Array.isArray(parts) || !isRecord(parts[1])) return undefined;
    const [type, sealed] = parts as unknown as [OpenedId['type'], Continuation];
    const call: Continuation = requestState === undefined ? sealed : { ...sealed, requestState };
    return { type, call, token, event: Number(number) };
  }

  /** @param state JSON itself, or sealed: as a text in JSON it would be longer by each of its quotes */
  #seal(parts: unknown, session: string, state?: string): string {
    const json = exactJson(parts);
    return this.#sealer().seal(state === undefined ? json : `${json}\n${state}`, session);
  }
}
