/** The calls of one client that an old server holds open. */
import type { JsonRpcRequest } from '../../../protocol/types/jsonrpc.ts';
import { targetParam } from '../../../protocol/names/methods.ts';
import { invalidParams } from '../../../protocol/rpc-error.ts';
import type { Received } from '../../../protocol/transport.ts';
import { OpenCall } from './open-call.ts';
import type { Round } from './round.ts';
import type { ServerSession } from '../sessions/session.ts';
import type { FromServerBeside } from '../wires/wire.ts';

/** Most calls that wait for their client; then the oldest is given up. */
const MAX_WAITING = 1_000;

/** An open call, and what it is about: its rounds must be about the same. */
interface Entry {
  readonly call: OpenCall;
  readonly about: string;
  /** Runs while it waits for its client. */
  timer?: ReturnType<typeof setTimeout> | undefined;
}

export class OpenCalls {
  readonly #entries = new Map<string, Entry>();
  readonly #patience: number | undefined;

  /** @param patience how long a call may wait for its client, in ms; default: as long as it takes */
  constructor(patience: number | undefined) {
    this.#patience = patience;
  }

  /** How many there are. */
  get size(): number {
    return this.#entries.size;
  }

  /** The calls, oldest first. */
  get all(): OpenCall[] {
    return [...this.#entries.values()].map(({ call }) => call);
  }

  /** Sends a new call. @throws as `OpenCall.serve` */
  async begin(
    session: ServerSession,
    round: Round,
    onOther: (message: FromServerBeside) => void,
  ): Promise<Received> {
    const call = new OpenCall(session, round, onOther);
    const entry = { call, about: aboutOf(round.message) };
    this.#entries.set(call.state, entry);
    this.#giveUp();
    return this.#serve(entry, round);
  }

  /**
   * Goes on with a call that has asked.
   *
   * @throws RpcError if there is no such call; as `OpenCall.serve`
   */
  async resume(state: unknown, round: Round): Promise<Received> {
    const entry = typeof state === 'string' ? this.#entries.get(state) : undefined;
    if (entry === undefined || entry.about !== aboutOf(round.message)) throw notOpen();
    return this.#serve(entry, round);
  }

  /** Ends a call that nobody will go on with. */
  abandon(state: string): void {
    const entry = this.#entries.get(state);
    this.#entries.delete(state);
    clearTimeout(entry?.timer);
    entry?.call.cancel();
  }

  cancelAll(): void {
    for (const state of this.#entries.keys()) this.abandon(state);
  }

  async #serve(entry: Entry, round: Round): Promise<Received> {
    const { call } = entry;
    clearTimeout(entry.timer);
    try {
      return await call.serve(round);
    } finally {
      if (call.isOver || round.signal.aborted) this.#entries.delete(call.state);
      else if (call.isWaiting) this.#waitFor(entry);
    }
  }

  #waitFor(entry: Entry): void {
    if (this.#patience === undefined) return;
    entry.timer = setTimeout(() => this.abandon(entry.call.state), this.#patience);
    entry.timer.unref?.();
  }

  #giveUp(): void {
    if (this.#entries.size <= MAX_WAITING) return;
    const oldest = this.all.find((call) => call.isWaiting);
    if (oldest !== undefined) this.abandon(oldest.state);
  }
}

function aboutOf({ method, params }: JsonRpcRequest): string {
  return JSON.stringify([method, params?.[targetParam(method) ?? 'name']]);
}

function notOpen(): Error {
  return invalidParams('The call is not open any more; make it again', {
    reason: 'request_state',
  });
}
