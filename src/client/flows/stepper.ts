import type { ClientCapabilities } from '../../protocol/capabilities.ts';
import { ErrorCode } from '../../protocol/codes.ts';
import { isRecord, type UnknownRecord } from '../../base/json.ts';
import type { Implementation, InputRequests, InputResponse } from '../../protocol/results.ts';
import { RpcError } from '../../protocol/rpc-error.ts';
import type { CallOptions } from '../calls/call-options.ts';
import { StateRefusedError } from '../calls/errors.ts';
import { serverInfoOf } from '../calls/server-info.ts';
import { toResponse } from './answer-shape.ts';
import type { FormAnswer } from './handlers.ts';
import {
  type FlowSnapshot,
  answer,
  assertAsked,
  nextParams,
  received,
  unanswered,
} from './snapshot.ts';

/** Sends one round. The client provides it. */
export type SendRound = (
  method: FlowSnapshot['method'],
  params: UnknownRecord,
  options: CallOptions,
) => Promise<UnknownRecord>;

/**
 * A flow that you advance round by round: `advance()` sends a round, `answer()` answers one of its
 * questions. Between rounds `toJSON()` returns it as plain JSON, from which `client.resume()`
 * continues it in any process.
 */
export class Stepper {
  readonly #send: SendRound;
  readonly #declared: ClientCapabilities;
  #flow: FlowSnapshot;
  #server: Implementation | undefined;

  /** @internal */
  constructor(flow: FlowSnapshot, declared: ClientCapabilities, send: SendRound) {
    this.#flow = flow;
    this.#declared = declared;
    this.#send = send;
  }

  get method(): FlowSnapshot['method'] {
    return this.#flow.method;
  }

  /** `ready` to be sent, `asking` for answers, or `complete`. */
  get status(): FlowSnapshot['status'] {
    return this.#flow.status;
  }

  /** The questions of the newest round, by key. */
  get questions(): InputRequests {
    return this.#flow.questions;
  }

  /** The keys of questions without an answer. */
  get unanswered(): string[] {
    return unanswered(this.#flow);
  }

  /** How many responses have been received. */
  get round(): number {
    return this.#flow.round;
  }

  /** The result; `undefined` until the flow is complete. */
  get result(): UnknownRecord | undefined {
    return this.#flow.result;
  }

  /** Name and version of the server, not verified; `undefined` before the first round. */
  get server(): Implementation | undefined {
    return this.#server;
  }

  /**
   * @throws RondoError `not_asked` if the newest round did not ask `key`; `invalid_answer` for what
   *   cannot be the answer to its question
   */
  answer(key: string, response: InputResponse | FormAnswer): void {
    assertAsked(this.#flow, key);
    const { [key]: question } = this.#flow.questions;
    this.#flow = answer(this.#flow, key, toResponse(key, question!, response));
  }

  /**
   * Sends the next round. If its reply is lost, call it again: it sends the same request.
   *
   * @throws RondoError `not_asked` while questions are unanswered, or once complete
   * @throws StateRefusedError with the answers so far; RpcError, TimeoutError, RondoError
   */
  async advance(options: CallOptions = {}): Promise<void> {
    const flow = this.#flow;
    const params = nextParams(flow);
    try {
      const result = await this.#send(flow.method, params, options);
      this.#server = serverInfoOf(result) ?? this.#server;
      this.#flow = received(flow, result, this.#declared);
    } catch (error) {
      throw isStateRefusal(error, flow) ? new StateRefusedError(flow.answers, error) : error;
    }
  }

  toJSON(): FlowSnapshot {
    return this.#flow;
  }
}

/** The `data.reason` of errors for a refused state: Rondo's, and the official SDK's. */
const STATE_REASONS: readonly unknown[] = ['request_state', 'invalid_request_state'];

/**
 * Whether an error refuses the state. Of other servers, any invalid param of a retry counts (T6).
 */
function isStateRefusal(error: unknown, flow: FlowSnapshot): boolean {
  if (!(error instanceof RpcError) || flow.requestState === undefined) return false;
  if (error.code !== ErrorCode.InvalidParams) return false;
  return !isRecord(error.data) || STATE_REASONS.includes(error.data['reason']);
}
