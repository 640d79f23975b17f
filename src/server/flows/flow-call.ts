import type { InputRequiredResult } from '../../protocol/results.ts';
import type { ExtendedCall, Wrapper } from '../extension.ts';
import type { Context } from './context.ts';

/** One request to a handler that can ask. */
export interface FlowCall extends ExtendedCall {
  readonly handler: (context: Context) => unknown;
  /** Writes the end of a round as JSON text. @throws RpcError the error to send instead */
  readonly write: (end: FlowEnd) => string | Promise<string>;
  /** What extensions do around it; most calls have none. */
  readonly wrapper: Wrapper | undefined;
}

/** The parts of a request that a flow call is made of. */
export type FlowRequest = Pick<FlowCall, 'params' | 'meta' | 'exchange'>;

/** How a round of a handler ended. */
export type FlowEnd =
  | { readonly type: 'value'; readonly value: unknown }
  | { readonly type: 'asks'; readonly result: InputRequiredResult }
  /** The handler threw. */
  | { readonly type: 'threw'; readonly error: unknown }
  /** The engine failed the round; see flow/journal/errors.ts. */
  | { readonly type: 'failed'; readonly error: unknown };
