import type { JsonObject } from '../base/json.ts';

/** The params of each request that servers may answer with questions. */
export interface FlowParams {
  'tools/call': { readonly name: string; readonly arguments?: JsonObject };
  'prompts/get': { readonly name: string; readonly arguments?: Record<string, string> };
  'resources/read': { readonly uri: string };
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
