import { invalidOptions } from '../base/errors.ts';
import { type JsonObject, isRecord } from '../base/json.ts';

/** The params of each request that servers may answer with questions. */
export interface FlowParams {
  'tools/call': { readonly name: string; readonly arguments?: JsonObject };
  'prompts/get': { readonly name: string; readonly arguments?: Record<string, string> };
  'resources/read': { readonly uri: string };
}

/** @throws RondoError `invalid_options`: a name that is an object would fail only in the headers */
export function assertFlowParams(method: string, params: object): void {
  const { name, uri, arguments: args = {} } = params as Record<string, unknown>;
  if (typeof (name ?? uri) !== 'string') {
    throw invalidOptions(`${method} needs a name or URI as text, and arguments beside it.`);
  }
  if (!isRecord(args)) throw invalidOptions(`The arguments of ${method} must be an object.`);
}

/** The argument to suggest values for, and what the user has typed so far. */
export interface CompletionParams {
  readonly ref:
    | { readonly type: 'ref/prompt'; readonly name: string }
    | { readonly type: 'ref/resource'; readonly uri: string };
  readonly argument: { readonly name: string; readonly value: string };
  /** The values of other arguments. Default: none. */
  readonly context?: { readonly arguments?: Record<string, string> };
}
