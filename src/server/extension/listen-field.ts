/** A field of the filter of `subscriptions/listen` that an extension adds. */
import type { CheckedRequest } from '../requests/checked-request.ts';
import type { ScopedUse } from './call.ts';

/** A field of the filter of `subscriptions/listen`. */
export interface ListenField {
  readonly name: string;
  /** What its value names, if that may need scopes. Default: nothing that does. */
  uses?(value: unknown, request: CheckedRequest): Promise<readonly ScopedUse[]>;
  /**
   * Called before the stream begins, with what the client has sent; `undefined`: not acknowledged.
   *
   * @throws RpcError if the subscription is refused
   */
  open(
    value: unknown,
    request: CheckedRequest,
    out: ListenOut,
  ): OpenField | undefined | Promise<OpenField | undefined>;
}

export interface ListenOut {
  send(method: string, params: object): void;
  /** Ends the whole stream with its result. */
  end(): void;
}

export interface OpenField {
  /** The field of the acknowledgement. */
  readonly acknowledged: unknown;
  /**
   * The acknowledgement has been sent: from now on `send` may be called. If it throws or rejects, that
   * is logged and the stream ends with an error; so it does when something cannot be sent.
   */
  start?(): void;
  /** The stream has ended. What it throws is logged. */
  close(): void;
}
