import type { Exchange } from '../../protocol/dispatcher.ts';
import type { UnknownRecord } from '../../base/json.ts';
import type { AskingMethod } from '../../protocol/methods.ts';
import type { Context } from './context.ts';
import type { FlowPolicy } from '../requests/flow-policy.ts';
import type { RequestMeta } from '../requests/request-meta.ts';

/** One request to a handler that can ask. */
export interface FlowCall {
  readonly method: AskingMethod;
  /** The name of the tool or prompt, or the resource's URI. */
  readonly target: string;
  readonly params: UnknownRecord;
  readonly meta: RequestMeta;
  readonly exchange: Exchange;
  readonly policy: FlowPolicy;
  readonly handler: (context: Context) => unknown;
}
