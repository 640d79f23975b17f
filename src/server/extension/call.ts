/** A call of something that is registered, as extensions see it. */
import type { UnknownRecord } from '../../base/json/json.ts';
import type { Exchange } from '../../protocol/dispatcher.ts';
import type { AskingMethod } from '../../protocol/names/methods.ts';
import type { FlowPolicy } from '../requests/flow-policy.ts';
import type { RequestMeta } from '../requests/request-meta.ts';

/** A call of something that is registered. */
export interface ExtendedCall {
  readonly method: AskingMethod;
  /** The name of the tool or prompt, or the resource's URI. */
  readonly target: string;
  readonly params: UnknownRecord;
  readonly meta: RequestMeta;
  readonly exchange: Exchange;
  readonly policy: FlowPolicy;
  /** The checked arguments; of a resource, the variables of its template. */
  readonly args: unknown;
}

export interface RegisteredItem {
  readonly method: AskingMethod;
  /** The name of the tool or prompt, the URI of the resource; of a template, its text. */
  readonly target: string;
  /** What it was called before an update. Default: it is new. */
  readonly was?: string | undefined;
  readonly config: UnknownRecord;
}

/** What somebody wants to do with something that is registered, whose scopes have to be looked at. */
export interface ScopedUse {
  /** Of what, for the log: "tools/call 'x'". */
  readonly of: string;
  readonly scopes: FlowPolicy['scopes'];
  readonly args: unknown;
}
