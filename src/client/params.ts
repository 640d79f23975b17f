/** The params of each request that servers may answer with questions. */
export interface FlowParams {
  /** The arguments are an object that has a JSON form. */
  'tools/call': { readonly name: string; readonly arguments?: object };
  /** The arguments are texts. */
  'prompts/get': { readonly name: string; readonly arguments?: object };
  'resources/read': { readonly uri: string };
}

/** The argument to suggest values for, and what the user has typed so far. */
export interface CompletionParams {
  readonly ref:
    | { readonly type: 'ref/prompt'; readonly name: string }
    | { readonly type: 'ref/resource'; readonly uri: string };
  readonly argument: { readonly name: string; readonly value: string };
  /** The values of other arguments, which are texts. Default: none. */
  readonly context?: { readonly arguments?: object };
}

/** The arguments of a prompt: an object of texts, whose type may be an interface. */
export type PromptArguments<A> = { readonly [Name in keyof A]: string | undefined };
